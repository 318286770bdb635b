import "server-only";
import { createHash } from "node:crypto";
import type { z } from "zod";
import { AppError, notFound } from "#lib/errors.ts";
import { log } from "#lib/log.ts";
import type { InngestServer } from "./schema.ts";

/** Whether this installation runs its own Inngest server, whose tables are in our database. */
export function isLocalInngest(): boolean {
  return process.env.INNGEST_LOCAL === "1";
}

export function inngestServer(): z.output<typeof InngestServer> {
  if (isLocalInngest()) return { kind: "local", url: null };
  const { INNGEST_DEV, INNGEST_BASE_URL } = process.env;
  const url = INNGEST_DEV?.startsWith("http") ? INNGEST_DEV : INNGEST_BASE_URL;
  return url ? { kind: "self_hosted", url } : { kind: "cloud", url: "https://app.inngest.com" };
}

/**
 * Asks the local Inngest server to do something.
 *
 * @returns the `data` of its answer
 * @throws not_found, conflict as it says · unavailable it does not answer
 */
export async function tellLocalInngest(method: "POST" | "DELETE", path: string, what: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(new URL(path, process.env.INNGEST_BASE_URL), {
      method,
      headers: { authorization: `Bearer ${bearerOf(process.env.INNGEST_SIGNING_KEY ?? "")}` },
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    log.warn({ err: error }, "system: the local Inngest server does not answer");
    throw new AppError("unavailable", "The queue's server does not answer. Try again in a moment.", {
      retryAfterSeconds: 5,
    });
  }
  const body = response.status === 204 ? {} : ((await response.json()) as { data?: unknown; error?: string });
  if (response.status === 404) throw notFound(what);
  if (response.status === 409) throw new AppError("conflict", `Not possible now: ${body.error ?? "conflict"}.`);
  if (!response.ok) throw new Error(`the local Inngest server answered ${response.status}: ${body.error}`);
  return body.data;
}

/** What stands for a signing key in requests: a hash, so that the key itself never travels. */
function bearerOf(signingKey: string): string {
  const [, prefix = "", hex = ""] = /^(signkey-\w+-)?(.*)$/.exec(signingKey) ?? [];
  return prefix + createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}
