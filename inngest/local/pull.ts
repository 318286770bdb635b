import { callApp } from "./call.ts";
import type { Engine } from "./engine.ts";
import type { FunctionConfig } from "./function-config.ts";
import { RefusedError } from "./function-config.ts";
import { messageOf } from "./log.ts";
import type { Registration } from "./registry.ts";
import { register } from "./registry.ts";

/** What an app reports when asked in band (PUT with x-inngest-sync-kind: in_band). */
type InBandReply = { app_id: string; sdk: string; framework: string; url: string; functions: FunctionConfig[] };

/** Asks apps what they serve, so that changed functions are seen without the app calling this server. */
export class Puller {
  readonly #engine: Engine;
  readonly #urls: readonly string[];
  readonly #onAnswer: (appId: string) => void;
  /** By URL, the last reply or fault: neither is acted on or logged twice. */
  readonly #last = new Map<string, string>();

  constructor(engine: Engine, urls: readonly string[], onAnswer: (appId: string) => void) {
    this.#engine = engine;
    this.#urls = urls;
    this.#onAnswer = onAnswer;
  }

  async pullAll(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#urls.map((url) => this.#pull(url, signal)));
  }

  async #pull(url: string, signal: AbortSignal): Promise<void> {
    try {
      const registration = await this.#ask(url, signal);
      const text = JSON.stringify(registration);
      if (this.#last.get(url) !== text) {
        this.#last.set(url, text);
        await register(this.#engine, registration);
      }
      this.#onAnswer(registration.appId);
    } catch (error) {
      if (signal.aborted) return;
      const message = messageOf(error);
      // A refused registration stays refused until it changes; any other fault may pass, so the next reply counts.
      const refused = error instanceof RefusedError;
      const known = refused ? `refused: ${message}` : `failed: ${message}`;
      if (this.#last.get(`${url} fault`) !== known) {
        this.#engine.log(refused ? "registration_refused" : "registration_failed", { url, error: message });
      }
      this.#last.set(`${url} fault`, known);
      if (!refused) this.#last.delete(url);
      return;
    }
    if (this.#last.delete(`${url} fault`)) this.#engine.log("app_answers", { url });
  }

  async #ask(url: string, signal: AbortSignal): Promise<Registration> {
    const { signingKey, dev } = this.#engine.settings;
    const reply = await callApp(new URL(url), JSON.stringify({ url }), {
      method: "PUT",
      headers: { "x-inngest-sync-kind": "in_band", "x-inngest-server-kind": dev ? "dev" : "cloud" },
      signingKey,
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    if (reply.status !== 200) throw new Error(`the app answered ${reply.status}: ${reply.body.slice(0, 300)}`);
    const body = JSON.parse(reply.body) as InBandReply;
    const { app_id: appId, sdk, framework, functions } = body;
    return { appId, url: body.url, sdk, framework, functions };
  }
}
