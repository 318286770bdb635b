import { encrypt, InvalidKeys, type SubscriptionKeys } from "./encryption.ts";

/** Messages on their way to an encryption thread: few large objects, because each costs the crossing anew. */
export interface EncryptionBatch {
  /** All plaintexts, one after another. */
  plaintexts: Uint8Array<ArrayBuffer>;
  lengths: number[];
  keys: SubscriptionKeys[];
}

/** The same messages, encrypted. A message whose keys are invalid has the field's name instead of a length. */
export interface EncryptedBatch {
  bodies: Uint8Array<ArrayBuffer>;
  results: (number | keyof SubscriptionKeys)[];
}

export function packBatch(messages: { plaintext: Uint8Array; keys: SubscriptionKeys }[]): EncryptionBatch {
  return {
    plaintexts: concat(messages.map(({ plaintext }) => plaintext)),
    lengths: messages.map(({ plaintext }) => plaintext.length),
    keys: messages.map(({ keys }) => keys),
  };
}

export function encryptBatch({ plaintexts, lengths, keys }: EncryptionBatch): EncryptedBatch {
  const bodies: Uint8Array[] = [];
  const results: EncryptedBatch["results"] = [];
  let start = 0;
  for (const [index, length] of lengths.entries()) {
    const plaintext = plaintexts.subarray(start, start + length);
    start += length;
    try {
      const body = encrypt(plaintext, keys[index] ?? { p256dh: "", auth: "" });
      bodies.push(body);
      results.push(body.length);
    } catch (error) {
      if (!(error instanceof InvalidKeys)) throw error;
      results.push(error.field);
    }
  }
  return { bodies: concat(bodies), results };
}

/** Each message's body, or what is wrong with its keys. */
export function unpackBatch({ bodies, results }: EncryptedBatch): (Buffer | InvalidKeys)[] {
  let start = 0;
  return results.map((result) => {
    if (typeof result === "string") return new InvalidKeys(result, `${result} is invalid.`);
    const body = Buffer.from(bodies.buffer, start, result);
    start += result;
    return body;
  });
}

/** Unlike `Buffer.concat`, never a view of the shared pool, so that its memory can be handed over whole. */
function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
