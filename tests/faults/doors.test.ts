import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAlive } from "#scripts/processes.mjs";
import { registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { type Product, startProduct } from "#tests/support/product.ts";

/** What only the running product can show of its doors: Next's routing, the proxy, real sockets, a real outage. */

let product: Product;
let headers: Record<string, string>;
beforeAll(async () => {
  product = await startProduct();
  const client = await registerAt(product.url);
  const { key } = await client.post<{ key: string }>(`/api/v1/workspaces/${client.workspaceId}/api-keys`, {
    name: "Test",
    ratePerMinute: 100_000,
    scopes: [
      "sites:read",
      "sites:write",
      "campaigns:read",
      "campaigns:write",
      "subscribers:read",
      "subscribers:write",
      "templates:read",
    ],
  });
  headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
}, 240_000);
afterAll(() => product?.stop());

const ask = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  fetch(`${product.url}${path}`, {
    method,
    headers: { ...headers, ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "manual",
    signal: AbortSignal.timeout(20_000),
  });

test("the source systems' paths and verbs are served, with and without a trailing slash", async () => {
  const made = await ask("POST", "/api/sites/", { name: "Shop", url: "https://shop.example" });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  for (const path of [
    `/api/v1/sites/${id}`,
    `/api/sites/${id}/`,
    `/api/sites/${id}/notifications/list/`,
    "/campaigns",
    "/campaigns/?pageSize=2",
    "/api/messages/",
    "/api/subjects/list/",
    "/api/recipients",
    "/api/subscribers/",
  ])
    expect([path, (await ask("GET", path)).status]).toEqual([path, 200]);
  expect((await ask("PUT", `/api/sites/${id}/`, { name: "By PUT" })).status).toBe(200);
  const flat = await ask("POST", `/api/sites/${id}/notifications/create/`, { title: "Sale", message: "Today" });
  expect(flat.status).toBe(201);
  const subscribed = await ask("POST", "/api/subscribe", { siteId: id }, { origin: "https://shop.example" });
  expect(subscribed.status).toBe(400);
  expect(subscribed.headers.get("access-control-allow-origin")).toBe("https://shop.example");
});

test("whatever is asked below /api is answered in JSON", async () => {
  for (const [method, path, status] of [
    ["GET", "/api", 404],
    ["GET", "/api/", 404],
    ["GET", "/api/v1/nothing/here", 404],
    ["GET", "/api/v1/sites/%E0%A4%A", 404],
    ["GET", "/api/v1/sites/%00", 404],
    ["DELETE", "/api/v1/sites", 405],
    ["GET", "/api/v1/sites?page=%zz", 400],
  ] as const) {
    const answer = await ask(method, path);
    expect([path, answer.status, answer.headers.get("content-type")]).toEqual([path, status, "application/json"]);
  }
});

test("a page's scripts run by a nonce that is new each time; the API carries none", async () => {
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const page = await fetch(`${product.url}/sign-in`);
      const policy = page.headers.get("content-security-policy") ?? "";
      const nonce = /'nonce-([0-9a-f]{32})' 'strict-dynamic'/.exec(policy)?.[1] ?? "none";
      const scripts = (await page.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length).toBeGreaterThan(0);
      for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
      return policy;
    }),
  );
  expect(new Set(policies).size).toBe(2);
  expect((await ask("GET", "/api/health")).headers.get("content-security-policy")).toBeNull();
});

test("the API's description is shown without asking anybody else", async () => {
  const page = await (await fetch(`${product.url}/docs/api`)).text();
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target)).toEqual([
    "/api/v1/openapi.json",
    "/docs/api/scalar.js",
  ]);
  const script = await fetch(`${product.url}/docs/api/scalar.js`);
  expect([script.status, (await script.text()).includes("createApiReference")]).toEqual([200, true]);
});

test("naming another address in every request does not escape the limit", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 400 }, (_, index) =>
      ask(
        "POST",
        "/api/v1/auth/logout",
        { refreshToken: "x" },
        { "x-forwarded-for": `198.51.100.${index % 250}` },
      ).then(async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      }),
    ),
  );
  expect(new Set(statuses)).toEqual(new Set([204, 429]));
  expect(statuses.filter((status) => status === 204).length).toBeLessThanOrEqual(330);
});

test("what browsers call most is answered past Next's router, and exactly as by it", async () => {
  const { id: siteId } = (await (
    await ask("POST", "/api/v1/sites", { name: "Shop", url: "https://shop.example" })
  ).json()) as { id: string };
  const path = "/api/sdk/v1/events";
  const page = { origin: "https://shop.example", "x-request-id": "the-same" };
  const bodies = [
    { siteId, events: [{ type: "shown", t: "forged" }] },
    { siteId, events: [{ type: "seen", t: "x" }] },
    { siteId: "nobody", events: [] },
    { siteId, events: [], more: "x".repeat(1_100_000) },
  ];
  const expected = [202, 400, 404, 413];
  for (const [index, body] of bodies.entries()) {
    const [direct, routed] = [await ask("POST", path, body, page), await ask("POST", `${path}/`, body, page)];
    const own = (answer: Response) =>
      Object.fromEntries(
        [...answer.headers].filter(([name]) => /^(x-|referrer|permissions|cross|access|content-type)/.test(name)),
      );
    expect([direct.status, own(direct), await direct.json()]).toEqual([
      routed.status,
      own(routed),
      await routed.json(),
    ]);
    expect(direct.status).toBe(expected[index]);
    // Next's router names what it varies by; who passes it by does not.
    expect([direct.headers.get("vary"), routed.headers.get("vary")]).toEqual([
      "origin",
      expect.stringContaining("rsc"),
    ]);
  }
  expect((await ask("GET", path)).status).toBe(405);
  expect((await ask("OPTIONS", path, undefined, page)).status).toBe(204);
});

test.runIf(existsSync("/proc/self/stat"))("sending gives way to people and browsers", () => {
  const nice = (pid = 0) =>
    Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[16],
    );
  const { web, worker } = product.pids;
  expect(nice(worker)).toBe(nice(web) + 10);
});

test("a web process that is told to end in the middle of subscribes loses none that it acknowledged", async () => {
  const { id: siteId } = (await (
    await ask("POST", "/api/v1/sites", { name: "Shop", url: "https://shop.example" })
  ).json()) as { id: string };
  const acknowledged: string[] = [];
  const former = product.pids.web ?? 0;
  const asking = Array.from({ length: 300 }, async (_, n) => {
    await sleep(n * 10);
    const { subscription } = newBrowserSubscription(`https://fcm.googleapis.com/fcm/send/${randomUUID()}`);
    const answer = await ask(
      "POST",
      "/api/sdk/v1/subscriptions",
      { siteId, subscription },
      { origin: "https://shop.example" },
    );
    if (answer.status === 201) acknowledged.push(((await answer.json()) as { subscriptionId: string }).subscriptionId);
    // While nobody listens there is nobody to acknowledge anything.
  }).map((each) => each.catch(() => {}));
  await sleep(1_500);
  const before = acknowledged.length;
  process.kill(former, "SIGTERM");
  await Promise.all(asking);
  while (isAlive(former)) await sleep(20);
  await product.untilReady(60_000);
  const client = new Client({ connectionString: product.databaseUrl });
  await client.connect();
  const { rows } = await client.query("SELECT id FROM subscription WHERE id = ANY ($1::uuid[]) AND status = 'active'", [
    acknowledged,
  ]);
  await client.end();
  console.log(
    `SIGTERM: ${acknowledged.length} subscribes acknowledged, ${before} of them before it, ${acknowledged.length - rows.length} lost`,
  );
  expect(before).toBeGreaterThan(0);
  expect(rows).toHaveLength(acknowledged.length);
});

test("while PostgreSQL is away the API says 503 and when to come back, and never hangs", async () => {
  const seen = new Map<number, number>();
  let slowestMs = 0;
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      const answer = await ask("GET", "/api/v1/campaigns");
      await answer.arrayBuffer();
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      if (answer.status === 503) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  })();
  await product.kill("postgres");
  await product.untilReady(60_000);
  const last = await ask("GET", "/api/v1/campaigns");
  isOver = true;
  await asking;
  console.log(`PostgreSQL killed: answers by status ${JSON.stringify([...seen])}, slowest ${Math.round(slowestMs)} ms`);
  expect(last.status).toBe(200);
  expect([...seen.keys()].every((status) => status === 200 || status === 503)).toBe(true);
  expect(slowestMs).toBeLessThan(15_000);
});
