import { expect, test } from "vitest";
import { InvalidKeys } from "#lib/channels/web-push/encryption.ts";
import { EncryptionThreads } from "#lib/channels/web-push/encryption-threads.ts";
import { decryptPush, newBrowserSubscription } from "#tests/support/browser-subscription.ts";

const browsers = Array.from({ length: 20 }, (_, index) => newBrowserSubscription(`https://localhost/p/${index}`));

test("whatever thread encrypts it, every message is for its own browser", async () => {
  const threads = await started(2);
  const results = await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      const browser = browsers[index % browsers.length] ?? newBrowserSubscription("");
      const body = await threads.encrypt(
        Buffer.from(`message ${index} ${"é".repeat(index)}`),
        browser.subscription.keys,
      );
      return decryptPush(body, browser).toString() === `message ${index} ${"é".repeat(index)}`;
    }),
  );
  expect(results.filter(Boolean)).toHaveLength(500);
  threads.close();
});

test("keys that are invalid spoil only their own message", async () => {
  const threads = await started(1);
  const results = await Promise.all(
    browsers.map(({ subscription: { keys } }, index) =>
      threads.encrypt(Buffer.from("x"), index % 4 === 0 ? { ...keys, p256dh: "\0" } : keys).then(
        () => "encrypted",
        (error: unknown) => error instanceof InvalidKeys && error.field,
      ),
    ),
  );
  expect(results.filter((result) => result === "encrypted")).toHaveLength(15);
  expect(results.filter((result) => result === "p256dh")).toHaveLength(5);
  threads.close();
});

test("messages are encrypted while threads start, when there are none, and when they end in the middle", async () => {
  const none = new EncryptionThreads(0);
  const starting = new EncryptionThreads(1);
  const ending = await started(2);
  const all = [none, starting, ending].map((threads) =>
    Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const browser = browsers[index % browsers.length] ?? newBrowserSubscription("");
        const body = await threads.encrypt(Buffer.from(String(index)), browser.subscription.keys);
        return decryptPush(body, browser).toString();
      }),
    ),
  );
  setImmediate(() => ending.close());

  const expected = Array.from({ length: 200 }, (_, index) => String(index));
  for (const results of await Promise.all(all)) expect(results).toEqual(expected);
  starting.close();
});

/** Threads that are up: until then the calling thread does their work. */
async function started(count: number): Promise<EncryptionThreads> {
  const threads = new EncryptionThreads(count);
  await threads.encrypt(Buffer.from("start"), browsers[0]?.subscription.keys ?? { p256dh: "", auth: "" });
  await expect.poll(() => threads.isReady, { timeout: 5_000 }).toBe(true);
  return threads;
}
