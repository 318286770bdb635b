import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { messageOf } from "./log.ts";
import { sign } from "./signature.ts";
import { maxCallBytes } from "./stored-functions.ts";

const maxReplyBytes = 64 * 1024 * 1024;

export type Reply = { status: number; headers: Record<string, string>; body: string };

/** No reply came. `sent`: the app may have begun to act on the request. */
export class CallError extends Error {
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

// No timeout on purpose: a step may run for hours (and global fetch gives up after 300 s without headers).
const agents = {
  "http:": { request: http.request, agent: new http.Agent({ keepAlive: true, maxFreeSockets: 128 }) },
  "https:": { request: https.request, agent: new https.Agent({ keepAlive: true, maxFreeSockets: 128 }) },
};

/**
 * Sends one signed request to an app and reads the whole reply.
 *
 * @throws CallError
 */
export async function callApp(
  url: URL,
  body: string,
  options: { method?: "POST" | "PUT"; headers?: Record<string, string>; signingKey?: string; signal?: AbortSignal },
): Promise<Reply> {
  const headers: Record<string, string> = { "content-type": "application/json", ...options.headers };
  if (options.signingKey) headers["x-inngest-signature"] = sign(JSON.parse(body), options.signingKey);
  const message = { url, body, method: options.method ?? "POST", headers, signal: options.signal };
  try {
    return await send(message, true);
  } catch (error) {
    if (error instanceof StaleConnectionError) return sendAgain(message);
    throw error;
  }
}

/** A kept connection that was cut at once: most likely the app was closing it, and the request did not reach it. */
class StaleConnectionError extends CallError {}

/** Once more on a new connection. If nobody listens any more, the first request may have ended the app: it was sent. */
async function sendAgain(message: Message): Promise<Reply> {
  try {
    return await send(message, false);
  } catch (error) {
    throw new CallError(messageOf(error), true);
  }
}

type Message = { url: URL; body: string; method: string; headers: Record<string, string>; signal?: AbortSignal };

function send({ url, body, method, headers, signal }: Message, keepAlive: boolean): Promise<Reply> {
  const { request, agent } = url.protocol === "https:" ? agents["https:"] : agents["http:"];
  return new Promise((resolve, reject) => {
    let connected = false;
    const startedAt = Date.now();
    const call = request(url, { method, headers, signal, agent: keepAlive ? agent : false, timeout: 0 });
    call.on("socket", (socket) => {
      socket.setNoDelay(true);
      if (!socket.connecting) connected = true;
      else socket.once("connect", () => (connected = true));
    });
    call.on("error", (error) => {
      const stale = call.reusedSocket && keepAlive && Date.now() - startedAt < 50;
      reject(stale ? new StaleConnectionError(error.message, true) : new CallError(error.message, connected));
    });
    call.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxReplyBytes) response.destroy(new Error(`the reply is larger than ${maxReplyBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", (error) => reject(new CallError(error.message, true)));
      response.on("aborted", () => reject(new CallError("the connection was cut during the reply", true)));
      response.on("end", () => {
        const named = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]);
        resolve(
          unwrapStream({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(named),
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      });
    });
    call.end(body);
  });
}

/** A streamed reply (201) carries the real one in its body, after spaces that kept the connection alive. */
function unwrapStream(reply: Reply): Reply {
  if (reply.status !== 201 || !("x-inngest-sdk" in reply.headers)) return reply;
  try {
    const inner = JSON.parse(reply.body) as Partial<Reply>;
    const headers = Object.entries(inner.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
    return {
      status: Number(inner.status),
      headers: { ...reply.headers, ...Object.fromEntries(headers) },
      body: String(inner.body),
    };
  } catch {
    return { ...reply, status: 500, body: '{"message":"the streamed reply was cut"}' };
  }
}

export type Memo = { id: string; data: string };

/**
 * The memos of a run as the database put them together: JSON texts, without the brackets around them. No `text` when
 * they are too many for a call.
 */
export type Memos = { count: number; bytes: number; ids: string; text: string };

/** One call of a function, with all that it needs to be told. */
export type CallState = {
  queueId: string;
  runId: string;
  fnId: string;
  step: string | null;
  attempt: number;
  maxAttempts: number;
  gen: number;
  ver: number;
  /** JSON text of the first event. */
  event: string;
  /** JSON texts of all of them, by commas. */
  events: string;
  memos: Memos;
  /** Other steps of the run are queued or running: plan, do not run a step at once. */
  planOnly: boolean;
  checkpoint: boolean;
};

/** The request that runs a function up to its next steps. Over 4 MB the SDK fetches events and steps by itself. */
export function callRequest(
  fnUrl: string,
  call: CallState,
): { url: URL; body: string; headers: Record<string, string> } {
  const url = new URL(fnUrl);
  url.searchParams.set("stepId", call.step ?? "step");
  const useApi = Buffer.byteLength(call.events) + call.memos.bytes > maxCallBytes;
  const requestId = randomUUID();
  const ctx = {
    run_id: call.runId,
    // Without fn_id the SDK does not checkpoint.
    fn_id: call.checkpoint ? call.fnId : undefined,
    attempt: call.attempt,
    max_attempts: call.maxAttempts,
    disable_immediate_execution: call.planOnly,
    use_api: useApi,
    env: "",
    step_id: call.step ?? "step",
    qi_id: call.queueId,
    generation_id: call.gen,
    request_id: requestId,
    job_id: call.queueId,
  };
  const { count, ids, text } = call.memos;
  // Put together as text, so that events and memos stay exactly as they were reported.
  const body =
    `{"ctx":${JSON.stringify(ctx).slice(0, -1)},"stack":{"current":${count},"stack":[${ids}]}},` +
    `"event":${call.event},"events":[${useApi ? "" : call.events}],"steps":{${useApi ? "" : text}},` +
    `"defers":{},"use_api":${useApi},"version":${call.ver}}`;
  return {
    url,
    body,
    headers: {
      "x-run-id": call.runId,
      "x-inngest-req-version": String(call.ver),
      "x-inngest-step-id": call.step ?? "step",
      "x-request-id": requestId,
      "x-inngest-generation-id": String(call.gen),
      "x-inngest-job-id": call.queueId,
    },
  };
}

/** Memos as the SDK reads them, put together as text so that their content stays exactly as it was reported. */
export function memosJson(memos: readonly Memo[]): string {
  return `{${memos.map(({ id, data }) => `${JSON.stringify(id)}:${data}`).join()}}`;
}
