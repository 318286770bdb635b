import { createHash, randomBytes } from "node:crypto";

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of "1m30s", "2h", "7d"; "" is 0 (the SDK's form of a negative one). Undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "") return 0;
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  }
  return total;
}

/** The instant that a duration from now, or an ISO date, names. Undefined when it is neither. */
export function parseInstant(text: string, now = Date.now()): Date | undefined {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return new Date(now + durationMs);
  const at = /^[+-]?\d{4,}-\d\d/.test(text) ? new Date(text) : undefined;
  return at && !Number.isNaN(at.getTime()) ? at : undefined;
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function encode(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest >>= 5n) text = `${crockford[Number(rest & 31n)]}${text}`;
  return text;
}

let lastMs = 0;
let lastEntropy = 0n;

/** A ULID. Ids made in one millisecond by one process still sort in the order they were made. */
export function ulid(nowMs = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // The top bit stays free so that counting up cannot overflow.
    lastEntropy = BigInt(`0x${randomBytes(10).toString("hex")}`) >> 1n;
  } else {
    lastEntropy += 1n;
  }
  return encode(BigInt(lastMs), 10) + encode(lastEntropy, 16);
}

/** The same ULID for the same seed and index: a repeated request stores its events once. They sort by index. */
export function seededUlid(seedMs: number, seed: string, index: number): string {
  const digest = createHash("sha256").update(seed).digest("hex").slice(0, 20);
  return encode(BigInt(seedMs), 10) + encode((BigInt(`0x${digest}`) >> 1n) + BigInt(index), 16);
}
