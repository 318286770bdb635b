import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const holder = globalThis as typeof globalThis & { pushpilotSocketAddress?: boolean };

/**
 * Makes every request's X-Forwarded-For end with the address of its own socket, as a proxy would. Next only fills the
 * header in when it is missing, so a stranger could otherwise name any address; a route handler cannot see the socket.
 * Once a process, however often it is called.
 */
export function appendSocketAddress(): void {
  if (holder.pushpilotSocketAddress) return;
  holder.pushpilotSocketAddress = true;
  subscribe("http.server.request.start", (event) => {
    const { request } = event as { request: IncomingMessage };
    const given = request.headers["x-forwarded-for"];
    const address = request.socket.remoteAddress ?? "unknown";
    request.headers["x-forwarded-for"] = given === undefined ? address : `${String(given)}, ${address}`;
  });
}
