// A worker for tests that kill it: the product's durable functions and its sweep, in a process that is up in a second.
import { createServer } from "node:http";
import { serve } from "inngest/node";
import { functions } from "#inngest/functions.ts";
import { startSweep } from "#lib/delivery/sweep.ts";
import { inngest } from "#lib/events.ts";

createServer(serve({ client: inngest, functions, servePath: "/api/inngest" })).listen(
  Number(process.env.PORT),
  "127.0.0.1",
  () => {
    startSweep();
    console.log(JSON.stringify({ event: "started" }));
  },
);
