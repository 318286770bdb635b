import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { log } from "#lib/log.ts";
import { maxBodyBytes } from "./input.ts";
import type { RouteHandler } from "./resource.ts";
import { securityHeaders } from "./security-headers.ts";

/**
 * Answers POSTs to some paths without Next's router, renderer and tracing, which cost more than all that the calls of
 * browsers come for. The doors are the same: their route handlers, with a request that holds the same. Whatever is not
 * exactly such a path – a trailing slash, a query, a preflight – Next answers as ever.
 */
export function answerDirectly(doors: readonly RouteHandler[]): void {
  const byPath = new Map(doors.map((door) => [door.route, door]));
  const taken = new WeakSet<Server>();
  // The first that is seen of a server of Next's making: it tells of a request just before its listeners do.
  subscribe("http.server.request.start", (event) => {
    const { server } = event as { server: Server };
    if (taken.has(server)) return;
    taken.add(server);
    const others = server.listeners("request") as RequestListener[];
    server.removeAllListeners("request");
    server.on("request", (request, response) => {
      const door = request.method === "POST" ? byPath.get(request.url ?? "") : undefined;
      if (door) void answer(door, request, response);
      else for (const other of others) other.call(server, request, response);
    });
  });
}

async function answer(door: RouteHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await bodyOf(request);
    const answered = await door(asRequest(request, body), { params: Promise.resolve(undefined) });
    const bytes = Buffer.from(await answered.arrayBuffer());
    if (!request.complete) response.shouldKeepAlive = false;
    response.writeHead(answered.status, {
      ...securityHeaders,
      ...Object.fromEntries(answered.headers),
      "content-length": bytes.length,
    });
    response.end(bytes);
  } catch (error) {
    // The door itself answers whatever goes wrong behind it: this is a caller who hung up.
    log.debug({ err: error, route: door.route }, "a request broke off");
    response.destroy();
  }
}

/** All of it; of one that is too large only so much that the door refuses it, and the connection ends with the answer. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBodyBytes) break;
  }
  return Buffer.concat(chunks);
}

function asRequest({ url = "/", headers }: IncomingMessage, body: Buffer): Request {
  const list = new Headers();
  for (const [name, value] of Object.entries(headers)) if (typeof value === "string") list.set(name, value);
  // What arrived counts, not what was announced.
  list.delete("content-length");
  // The host is the caller's claim, which nobody believes: any will do.
  return new Request(`http://localhost${url}`, { method: "POST", headers: list, body: new Uint8Array(body) });
}
