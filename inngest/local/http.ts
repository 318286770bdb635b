import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Engine } from "./engine.ts";
import { RefusedError } from "./function-config.ts";
import { BadEventError } from "./intake.ts";
import { messageOf } from "./log.ts";
import type { Answer, Request, Routes } from "./routes.ts";
import { isBearer, sameText } from "./signature.ts";

const maxBodyBytes = 64 * 1024 * 1024;

/** Serves the API that the SDK and the application use. Every answer is JSON. */
export function createHttpServer(engine: Engine, routes: Routes): Server {
  const server = createServer((request, response) => {
    handle(engine, routes, request)
      .catch((error: unknown) => answerOf(engine, error))
      .then((answer) => send(response, answer));
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function handle(engine: Engine, routes: Routes, message: IncomingMessage): Promise<Answer> {
  // Only a browser sends Origin, and no page has business here: in dev mode nothing else would keep it out.
  if (message.headers.origin !== undefined) return { status: 403, body: { error: "browsers are not served" } };
  const [path = ""] = (message.url ?? "").split("?");
  for (const route of routes) {
    const found = route.method === message.method ? route.path.exec(path) : null;
    if (!found) continue;
    const params = found.slice(1).map(decoded);
    if (!isAllowed(engine, route.auth, params[0], message)) return { status: 401, body: unauthorized };
    const request: Request = { params, headers: message.headers, body: await readJson(message) };
    return route.run(request);
  }
  return { status: 404, body: { error: `there is no ${message.method} ${path}`, status: 404 } };
}

/** @throws HttpError for what no id or key is: the database takes no NUL */
function decoded(param: string): string {
  try {
    const text = decodeURIComponent(param);
    if (!text.includes("\0")) return text;
  } catch {}
  throw new HttpError(404, "there is no such path");
}

const unauthorized = { error: "Unauthorized", data: null, status: 401, ids: [""] };

function isAllowed(
  engine: Engine,
  auth: Routes[number]["auth"],
  param: string | undefined,
  message: IncomingMessage,
): boolean {
  const { dev, signingKey, eventKeys } = engine.settings;
  if (auth === "none" || dev) return true;
  if (auth === "event_key") return eventKeys.some((key) => sameText(key, param ?? ""));
  return signingKey !== undefined && isBearer(message.headers.authorization, signingKey);
}

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new HttpError(413, `the body is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new HttpError(400, "the body is not JSON");
  }
}

class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function answerOf(engine: Engine, error: unknown): Answer {
  const message = messageOf(error);
  if (error instanceof BadEventError) {
    return { status: error.status, body: { ids: [""], status: error.status, error: message } };
  }
  if (error instanceof RefusedError) return { status: 400, body: { error: message, data: null, status: 400 } };
  if (error instanceof HttpError) return { status: error.status, body: { error: message, status: error.status } };
  engine.log("request_failed", { error: message });
  return { status: 500, body: { error: "internal error", status: 500, ids: [""] } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
