import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { lockClass } from "./database.ts";
import type { Log } from "./log.ts";
import { messageOf } from "./log.ts";

/**
 * The connection that shows other servers that this one lives (an advisory lock of its number) and hears from them when
 * the registered functions change. Comes back by itself when it is cut.
 */
export class Presence {
  readonly #url: string;
  readonly #workerId: number;
  readonly #log: Log;
  readonly #onNotify: () => void;
  #client: pg.Client | undefined;
  #stopped = false;

  constructor(url: string, workerId: number, log: Log, onNotify: () => void) {
    this.#url = url;
    this.#workerId = workerId;
    this.#log = log;
    this.#onNotify = onNotify;
  }

  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      keepAlive: true,
      application_name: "inngest-local-presence",
    });
    let lost = false;
    const onLost = () => {
      if (!lost && !this.#stopped) void this.#restart();
      lost = true;
    };
    client.on("error", onLost);
    client.on("end", onLost);
    client.on("notification", this.#onNotify);
    try {
      await client.connect();
      await client.query("select pg_advisory_lock($1, $2)", [lockClass, this.#workerId]);
      await client.query("listen inngest_local");
    } catch (error) {
      lost = true;
      client.end().catch(() => {});
      throw error;
    }
    this.#client = client;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client?.end().catch(() => {});
  }

  async #restart(): Promise<void> {
    this.#log("presence_lost");
    while (!this.#stopped) {
      try {
        await this.start();
        this.#onNotify();
        return;
      } catch (error) {
        this.#log("presence_failed", { error: messageOf(error) });
        await delay(300);
      }
    }
  }
}
