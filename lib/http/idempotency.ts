import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { seal, unseal } from "#lib/crypto.ts";
import { query } from "#lib/db.ts";
import { AppError, invalid } from "#lib/errors.ts";

/** How long an answer is kept. */
const keptHours = 24;
/** How long a second request waits for the first one's answer. */
const waitMs = 10_000;
/** After this long without an answer the first one's process is taken for dead, and the key for free. */
const claimSeconds = 60;

/** A write's answer: its status and JSON body; undefined for an answer without one. */
export interface Answer {
  status: number;
  body: unknown;
}

/** One write and the key its caller gave it. */
export interface KeyedRequest {
  key: string;
  /** Who calls, and in which workspace: keys of different callers never meet. */
  caller: string;
  /** All that makes it this request and no other: method, path and body. */
  content: string;
}

/**
 * Runs a write once per key. A repeat within 24 h gets the first one's answer, also while that one is still running
 * (then it waits up to 10 s). Answers are kept sealed: they may hold a secret that is shown once. An error that may
 * pass (5xx, 429) is not kept; the caller tries again with the same key.
 *
 * @throws validation_error (field `Idempotency-Key`) · idempotency_key_reused it came with other content
 * @throws conflict the first request is still running after 10 s
 */
export async function once(
  request: KeyedRequest,
  run: () => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key))
    throw invalid("Idempotency-Key", "Must be 1 to 255 visible ASCII characters; a UUID is best.");
  const id = sha256(`${request.caller}\n${request.key}`);
  const contentHash = sha256(request.content);
  const deadline = Date.now() + waitMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, 400)) {
    if (await claim(id, contentHash)) return { answer: await runAndKeep(id, run), replayed: false };
    const kept = await find(id);
    if (kept && !kept.contentHash.equals(contentHash))
      throw new AppError(
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
      );
    if (kept?.answer) return { answer: kept.answer, replayed: true };
    if (Date.now() + pauseMs > deadline)
      throw new AppError("conflict", "The first request with this Idempotency-Key is still running.", {
        retryAfterSeconds: 5,
      });
    await sleep(pauseMs);
  }
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Whether this request is the one that runs: the first, or the first after the kept answer's (or a dead one's) end. */
async function claim(id: Buffer, contentHash: Buffer): Promise<boolean> {
  const rows = await query(
    `INSERT INTO idempotency_key (id, request_hash) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, body = NULL, created_at = now()
      WHERE idempotency_key.created_at < now() - make_interval(hours => $3)
         OR (idempotency_key.status IS NULL AND idempotency_key.created_at < now() - make_interval(secs => $4))
     RETURNING 1 AS claimed`,
    [id, contentHash, keptHours, claimSeconds],
  );
  return rows.length === 1;
}

async function runAndKeep(id: Buffer, run: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await run();
  } catch (error) {
    await forget(id).catch(() => {});
    throw error;
  }
  if (answer.status >= 500 || answer.status === 429) {
    await forget(id).catch(() => {});
    return answer;
  }
  await query("UPDATE idempotency_key SET status = $2, body = $3 WHERE id = $1", [
    id,
    answer.status,
    JSON.stringify(sealBody(id, answer.body)),
  ]);
  if (Math.random() < 0.01) await deleteOldAnswers().catch(() => {});
  return answer;
}

async function forget(id: Buffer): Promise<void> {
  await query("DELETE FROM idempotency_key WHERE id = $1 AND status IS NULL", [id]);
}

async function find(id: Buffer): Promise<{ contentHash: Buffer; answer: Answer | undefined } | undefined> {
  const [row] = await query<{ request_hash: Buffer; status: number | null; body: string | null }>(
    "SELECT request_hash, status, body FROM idempotency_key WHERE id = $1",
    [id],
  );
  if (!row) return undefined;
  const answer = row.status === null ? undefined : { status: row.status, body: unsealBody(id, row.body) };
  return { contentHash: row.request_hash, answer };
}

function place(id: Buffer) {
  return { table: "idempotency_key", column: "body", workspaceId: "", rowId: id.toString("hex") };
}

function sealBody(id: Buffer, body: unknown): string | null {
  return body === undefined ? null : Buffer.from(seal(JSON.stringify(body), place(id))).toString("base64");
}

function unsealBody(id: Buffer, sealed: string | null): unknown {
  return sealed === null ? undefined : JSON.parse(unseal(Buffer.from(sealed, "base64"), place(id)));
}

/** Deletes a batch of answers that are no longer replayed. */
export async function deleteOldAnswers(): Promise<void> {
  await query(
    `DELETE FROM idempotency_key WHERE id IN
       (SELECT id FROM idempotency_key WHERE created_at < now() - make_interval(hours => $1) LIMIT 1000)`,
    [keptHours],
  );
}
