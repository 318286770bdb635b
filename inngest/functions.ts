import { deliver } from "./deliver.ts";
import { importSubscribers } from "./import-subscribers.ts";
import { pollOneFeed } from "./poll-feed.ts";
import { sendRun } from "./send-run.ts";
import { sweepEveryMinute } from "./sweep.ts";

/** Every durable function of the product. */
export const functions = [sendRun, deliver, pollOneFeed, importSubscribers, sweepEveryMinute];
