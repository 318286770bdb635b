import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

/** A server that takes connections and never says a word: worse than one that refuses them. */
const mute = createServer(() => {});

beforeAll(async () => {
  await new Promise<void>((done) => mute.listen(0, "127.0.0.1", done));
});
afterAll(() => mute.close());

async function health(databaseUrl: string) {
  vi.resetModules();
  const former = process.env.DATABASE_URL;
  process.env.DATABASE_URL = databaseUrl;
  try {
    const { call } = await import("#tests/support/api.ts");
    const startedAt = performance.now();
    const answer = await call("POST", "/api/v1/auth/logout", { body: { refreshToken: "x" } });
    const ready = await call("GET", "/api/ready");
    const alive = await call("GET", "/api/health");
    return { answer, ready, alive, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    process.env.DATABASE_URL = former;
    await (await import("#lib/db.ts")).closeDatabase();
    vi.resetModules();
  }
}

test.each([
  ["refuses connections", () => "postgresql://nobody@127.0.0.1:1/none"],
  [
    "takes them and says nothing",
    () => `postgresql://nobody@127.0.0.1:${(mute.address() as { port: number }).port}/none`,
  ],
])("a database that %s is 503 with Retry-After, never a wait without end", async (_, url) => {
  const { answer, ready, alive, seconds } = await health(url());
  expect([answer.status, answer.json.error?.code]).toEqual([503, "unavailable"]);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(answer.text).not.toMatch(/127\.0\.0\.1|nobody|ECONN/);
  expect([ready.status, alive.status]).toEqual([503, 200]);
  expect(ready.json.checks?.database).toMatchObject({ ok: false });
  expect(seconds).toBeLessThan(20);
});

test("a connection that the server cuts is told from a fault of ours", async () => {
  const { isDatabaseAway } = await import("#lib/database-away.ts");
  const { db, query } = await import("#lib/db.ts");
  const fault = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const cut = "SELECT pg_terminate_backend(pg_backend_pid())";
  expect(isDatabaseAway(await fault(query(cut)))).toBe(true);
  expect(isDatabaseAway(await fault(db.$queryRawUnsafe(cut)))).toBe(true);
  expect(isDatabaseAway(await fault(query("SELECT 1/0")))).toBe(false);
  expect(isDatabaseAway(await fault(db.$queryRawUnsafe("SELECT 1/0")))).toBe(false);
  expect(isDatabaseAway(new TypeError("x is not a function"))).toBe(false);
});
