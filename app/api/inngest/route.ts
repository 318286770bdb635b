import { serve } from "inngest/next";
import type { NextRequest } from "next/server";
import { functions } from "#inngest/functions.ts";
import { env } from "#lib/env.ts";
import { inngest } from "#lib/events.ts";

export const dynamic = "force-dynamic";

const handlers = serve({ client: inngest, functions });

/** The queue talks to workers only: on the web role this door does not exist. Calls must be signed (INNGEST_SIGNING_KEY). */
function onWorker(handler: (typeof handlers)["POST"]) {
  return (request: NextRequest, context: unknown) =>
    env().ROLE === "web" ? new Response(null, { status: 404 }) : handler(request, context);
}

export const GET = onWorker(handlers.GET);
export const POST = onWorker(handlers.POST);
export const PUT = onWorker(handlers.PUT);
