import http from "node:http";
import type { AddressInfo } from "node:net";
import { readSdkFile } from "./demo-shop.ts";

/** One call of the SDK that reached the API. */
export interface RecordedCall {
  method: string;
  path: string;
  origin: string | undefined;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** Stands for PushPilot's host where a test wants to script its answers: serves the SDK's files and records its calls. */
export interface RecordingApi extends AsyncDisposable {
  host: string;
  calls: readonly RecordedCall[];
  /** Changes the site's config from the next call on. */
  change(config: { vapidPublicKey?: string; prompt?: object }): void;
  /** Answers calls whose path ends so with this status; 0 breaks the connection. `times` absent: until `recover`. */
  fail(pathEnd: string, status: number, times?: number): void;
  recover(): void;
  /** Resolves with the calls to paths that end so, once there are that many. */
  waitForCalls(pathEnd: string, count: number, timeoutMs?: number): Promise<RecordedCall[]>;
  /** Events that were accepted, flat: one call may carry several. */
  events(): Record<string, unknown>[];
  waitForEvents(count: number, timeoutMs?: number): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

export async function startRecordingApi(siteId: string, vapidPublicKey: string): Promise<RecordingApi> {
  const calls: RecordedCall[] = [];
  const accepted: Record<string, unknown>[] = [];
  let failures: { pathEnd: string; status: number; times: number }[] = [];
  const config = {
    siteId,
    name: "Kettle & Cup",
    vapidPublicKey,
    workerPath: "/pushpilot-worker.js",
    scope: "/pushpilot/",
    prompt: {
      enabled: true,
      title: "News from Kettle & Cup",
      message: "A note when the kettle is on sale.",
      accept: "Yes, please",
      decline: "Not now",
      delaySeconds: 0,
      afterPageViews: 1,
      backOffDays: 7,
      position: "top",
      accentColor: "#4f46e5",
      iconUrl: null as string | null,
    },
  };

  const server = http.createServer(async (request, response) => {
    const path = request.url ?? "";
    const file = path.split("?")[0];
    if (file === "/sdk.js" || file === "/sdk-worker.js") {
      response.writeHead(200, { "content-type": "text/javascript" });
      response.end(await readSdkFile(file === "/sdk.js" ? "sdk.js" : "sdk-worker.js"));
      return;
    }
    const cors = {
      "access-control-allow-origin": request.headers.origin ?? "*",
      "access-control-allow-headers": "authorization, content-type",
      "access-control-expose-headers": "retry-after",
      "content-type": "application/json",
    };
    if (request.method === "OPTIONS") {
      response.writeHead(204, cors).end();
      return;
    }
    if (!path.startsWith("/api/")) {
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>Dashboard</title><script src='/sdk.js'></script>");
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}");
    const failure = failures.find(({ pathEnd, times }) => path.endsWith(pathEnd) && times > 0);
    if (failure) failure.times -= 1;
    calls.push({
      method: request.method ?? "",
      path,
      origin: request.headers.origin,
      authorization: request.headers.authorization,
      body,
    });
    if (failure?.status === 0) {
      request.socket.destroy();
      return;
    }
    if (failure) {
      response
        .writeHead(failure.status, cors)
        .end(JSON.stringify({ error: { code: "scripted", message: "Scripted." } }));
      return;
    }
    if (path.endsWith("/events")) accepted.push(...body.events);
    response.writeHead(200, cors).end(JSON.stringify(answer(path)));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));

  function answer(path: string): object {
    if (path.endsWith("/config")) return config;
    if (!path.endsWith("/subscriptions")) return {};
    return { subscriberId: "subscriber-1", subscriptionId: "subscription-1", token: "token-1" };
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  return {
    host: `http://localhost:${(server.address() as AddressInfo).port}`,
    calls,
    change({ prompt, ...rest }) {
      Object.assign(config, rest);
      Object.assign(config.prompt, prompt);
    },
    fail: (pathEnd, status, times = Number.POSITIVE_INFINITY) => void failures.push({ pathEnd, status, times }),
    recover: () => {
      failures = [];
    },
    async waitForCalls(pathEnd, count, timeoutMs = 15_000) {
      const found = () => calls.filter(({ path }) => path.endsWith(pathEnd));
      await until(
        () => found().length >= count,
        timeoutMs,
        () => `${found().length} of ${count} calls to …${pathEnd}`,
      );
      return found();
    },
    waitForEvents: (count, timeoutMs = 15_000) =>
      until(
        () => accepted.length >= count,
        timeoutMs,
        () => `${accepted.length} of ${count} events`,
      ),
    events: () => accepted,
    reset() {
      calls.length = 0;
      accepted.length = 0;
      failures = [];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function until(isDone: () => boolean, timeoutMs: number, describe: () => string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`${describe()} after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
