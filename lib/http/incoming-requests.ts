import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const holder = globalThis as typeof globalThis & { pushpilotIncomingRequests?: boolean };

/** Looks at every request of this process before Next does. Once a process, however often it is called. */
export function prepareIncomingRequests(): void {
  if (holder.pushpilotIncomingRequests) return;
  holder.pushpilotIncomingRequests = true;
  subscribe("http.server.request.start", (event) => {
    const { request } = event as { request: IncomingMessage };
    appendSocketAddress(request);
    request.url = decodableTarget(request.url ?? "/");
  });
}

/**
 * Makes X-Forwarded-For end with the address of the request's own socket, as a proxy would. Next only fills the header
 * in when it is missing, so a stranger could otherwise name any address; a route handler cannot see the socket.
 */
function appendSocketAddress(request: IncomingMessage): void {
  const given = request.headers["x-forwarded-for"];
  const address = request.socket.remoteAddress ?? "unknown";
  request.headers["x-forwarded-for"] = given === undefined ? address : `${String(given)}, ${address}`;
}

/**
 * A path whose percent-encoding is broken stands for itself: it then is an id that does not exist, like any other. Next
 * would answer 500.
 */
export function decodableTarget(target: string): string {
  const [path = "", ...query] = target.split("?");
  try {
    decodeURIComponent(path);
    return target;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
}
