import "server-only";
import { webPush } from "./web-push/web-push.ts";

/** Every channel that can send, by its id. */
export const channels = { web_push: webPush };
