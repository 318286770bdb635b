import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";
import type { InngestServer } from "#inngest/local/server.ts";
import { startInngestServer } from "#inngest/local/server.ts";
import type { TestDatabase } from "./lab.ts";
import { createTestDatabase, LogBook } from "./lab.ts";

export type Call = {
  target: string;
  ctx: {
    run_id: string;
    attempt: number;
    qi_id: string;
    generation_id: number;
    disable_immediate_execution: boolean;
    use_api: boolean;
  };
  events: unknown[];
  steps: Record<string, unknown>;
};
/** `text` for what JSON.stringify cannot write. */
export type Reply = { status?: number; headers?: Record<string, string> } & ({ body: unknown } | { text: string });
type Handler = (call: Call) => Reply | "cut" | Promise<Reply | "cut">;

export const id = (name: string) => createHash("sha1").update(name).digest("hex");
export const ran = (name: string, data: unknown = name) => ({ id: id(name), op: "StepRun", data });
export const planned = (name: string, opts = {}) => ({ id: id(name), op: "StepPlanned", name, opts });
export const complete = (data: unknown = "done") => ({ id: id("complete"), op: "RunComplete", data });
export const ops = (...body: object[]): Reply => ({ body });
export const sdk = { "x-inngest-sdk": "inngest-js:v4.24.0", "x-inngest-req-version": "2" };

/**
 * A server and an app that answers by hand, for what the SDK does rarely or never. Its function `raw-f` is registered
 * and starts at the event `go`.
 */
export class RawLab {
  readonly calls: Call[] = [];
  answer: Handler = () => ops(complete());
  readonly database: TestDatabase;
  readonly server: InngestServer;
  readonly logs: LogBook;
  readonly #app: http.Server;

  private constructor(database: TestDatabase, server: InngestServer, logs: LogBook, app: http.Server) {
    this.database = database;
    this.server = server;
    this.logs = logs;
    this.#app = app;
  }

  static async start(): Promise<RawLab> {
    const app = http.createServer((request, response) => void lab.#serve(request, response));
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const database = await createTestDatabase();
    const logs = new LogBook();
    const options = { databaseUrl: database.url, port: 0, apps: [], dev: true, retryMs: 50, log: logs.log };
    const lab = new RawLab(database, await startInngestServer(options), logs, app);
    await lab.register({ "raw-f": {} });
    return lab;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.#app.close();
    this.#app.closeAllConnections();
    await this.database.drop();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { ctx, steps, events } = JSON.parse(text) as Call;
    const target = new URL(request.url ?? "", "http://app").searchParams.get("stepId") ?? "";
    const call = { target, ctx, steps, events };
    this.calls.push(call);
    const reply = await this.answer(call);
    if (reply === "cut") return void request.socket.destroy();
    const { status = 206, headers = sdk } = reply;
    response.writeHead(status, headers).end("text" in reply ? reply.text : JSON.stringify(reply.body));
  }

  /** What the app serves now: options by the function's id. `retries` is 2 and the trigger `go` unless they say. */
  async register(functions: Record<string, { retries?: number; [option: string]: unknown }>): Promise<void> {
    const url = `http://127.0.0.1:${(this.#app.address() as AddressInfo).port}/api/inngest`;
    const answered = await this.post("/fn/register", {
      url,
      appName: "raw",
      sdk: "js",
      framework: "none",
      functions: Object.entries(functions).map(([name, { retries = 2, ...options }]) => {
        const runtime = { type: "http", url: `${url}?fnId=${name}&stepId=step` };
        const steps = { step: { runtime, retries: { attempts: retries } } };
        return { id: name, triggers: [{ event: "go" }], steps, ...options };
      }),
    });
    expect(answered.status).toBe(200);
  }

  post(path: string, body: unknown): Promise<Response> {
    return fetch(new URL(path, this.server.url), { method: "POST", body: JSON.stringify(body) });
  }

  send(name: string, data: object = {}): Promise<Response> {
    return this.post("/e/any", { name, data });
  }

  runs(): Promise<Record<string, unknown>[]> {
    return this.database.query("select status, output from inngest_local.run order by id");
  }

  /** Until the only run there is has ended so. */
  async ended(status: "Completed" | "Failed" | "Cancelled"): Promise<void> {
    await expect.poll(() => this.runs(), { timeout: 20_000 }).toEqual([{ status, output: expect.any(String) }]);
  }

  /** What was called, in order: "?" is the function itself. */
  targets(): string[] {
    return this.calls.map(({ target }) => (target === "step" ? "?" : target));
  }
}
