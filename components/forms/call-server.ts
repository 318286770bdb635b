import { callServer as call } from "next/dist/client/sequential-call-server.js";
import { unstable_isUnrecognizedActionError, unstable_rethrow } from "next/navigation";
import type { ActionResult } from "#lib/http/action.ts";

/**
 * Next's own way to a server action, which `next.config.ts` lets go through here: where the answer does not come (no
 * connection, a server that starts anew, a page older than the server), Next would throw, React would take the page away
 * and with it all that was typed. Said as an answer instead, it stands in the form like every other refusal.
 */
export async function callServer(id: string, args: unknown[]): Promise<unknown> {
  try {
    return await call(id, args);
  } catch (error) {
    // redirect() and notFound() come as errors too.
    unstable_rethrow(error);
    console.error(error);
    const message = unstable_isUnrecognizedActionError(error) ? outdated : unreachable;
    return { ok: false, code: "unavailable", message } satisfies ActionResult<never>;
  }
}

const unreachable = "The server could not be reached. Check your connection and try again: nothing you typed is lost.";
const outdated = "PushPilot was updated since you opened this page. Keep what you typed and load the page anew.";
