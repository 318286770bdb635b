import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { db, query } from "#lib/db.ts";
import { once } from "#lib/http/idempotency.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call } from "#tests/support/api.ts";
import { campaignBody, newSite } from "#tests/support/workspace.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
let siteId: string;
beforeAll(async () => {
  account = await newAccount();
  siteId = (await newSite(account.ctx)).id;
});

const post = (path: string, body: unknown, key: string) =>
  call("POST", path, {
    token: account.accessToken,
    workspaceId: account.ctx.workspaceId,
    body,
    headers: { "idempotency-key": key },
  });

test("50 parallel creates with one key make one campaign and get one answer", async () => {
  const body = campaignBody(siteId, { name: "Once" });
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 50 }, () => post("/api/v1/campaigns", body, key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true")).toHaveLength(49);
  expect(await db.campaign.count({ where: { workspaceId: account.ctx.workspaceId, name: "Once" } })).toBe(1);
});

test("the same key with another body, or at another path, is 422", async () => {
  const key = randomUUID();
  await post("/api/v1/subscribers", { name: "Ada" }, key);
  for (const [path, body] of [
    ["/api/v1/subscribers", { name: "Grace" }],
    ["/api/v1/sites", { name: "Ada", url: "https://a.example" }],
  ] as const) {
    const answer = await post(path, body, key);
    expect([answer.status, answer.json.error?.code]).toEqual([422, "idempotency_key_reused"]);
  }
});

test("the same key of another workspace is another key", async () => {
  const key = randomUUID();
  const mine = await post("/api/v1/subscribers", { name: "Ada" }, key);
  const other = await newAccount();
  const theirs = await call("POST", "/api/v1/subscribers", {
    token: other.accessToken,
    workspaceId: other.ctx.workspaceId,
    body: { name: "Ada" },
    headers: { "idempotency-key": key },
  });
  expect(theirs.status).toBe(201);
  expect(theirs.json.id).not.toEqual(mine.json.id);
});

test("a refusal is the same answer again; a wrong body can be mended with the same key", async () => {
  const externalId = randomUUID();
  await post("/api/v1/subscribers", { externalId }, randomUUID());
  const key = randomUUID();
  const [first, again] = [
    await post("/api/v1/subscribers", { externalId }, key),
    await post("/api/v1/subscribers", { externalId }, key),
  ];
  expect([first.status, again.status]).toEqual([409, 409]);
  expect(again.text).toBe(first.text);

  const other = randomUUID();
  expect((await post("/api/v1/subscribers", { nmae: "Ada" }, other)).status).toBe(400);
  expect((await post("/api/v1/subscribers", { name: "Ada" }, other)).status).toBe(201);
});

test("a failure that may pass is not kept", async () => {
  const request = { key: randomUUID(), caller: "test", content: "POST /x" };
  await expect(once(request, () => Promise.reject(new Error("database away")))).rejects.toThrow("database away");
  const { answer } = await once(request, async () => ({ status: 503, body: null }));
  expect(answer.status).toBe(503);
  expect(await once(request, async () => ({ status: 201, body: { id: 1 } }))).toEqual({
    answer: { status: 201, body: { id: 1 } },
    replayed: false,
  });
});

test("the key of a process that died is free after a minute, and an answer after 24 hours", async () => {
  const request = { key: randomUUID(), caller: "test", content: "POST /y" };
  const age = (interval: string) =>
    query("UPDATE idempotency_key SET created_at = now() - $1::interval WHERE id = sha256($2::bytea)", [
      interval,
      `test\n${request.key}`,
    ]);
  const never = new Promise<never>(() => {});
  void once(request, () => never);
  await expect
    .poll(() => age("61 seconds").then(() => db.idempotencyKey.count({ where: { status: null } })))
    .toBeGreaterThan(0);
  await age("61 seconds");
  expect((await once(request, async () => ({ status: 200, body: "second" }))).replayed).toBe(false);
  expect((await once(request, async () => ({ status: 200, body: "third" }))).answer.body).toBe("second");
  await age("25 hours");
  expect((await once(request, async () => ({ status: 200, body: "fourth" }))).answer.body).toBe("fourth");
});

test("an answer that holds a secret is not readable in the database", async () => {
  const key = randomUUID();
  const path = `/api/v1/workspaces/${account.ctx.workspaceId}/api-keys`;
  const made = await post(path, { name: "Server", scopes: ["sites:read"] }, key);
  expect(made.status).toBe(201);
  expect((await post(path, { name: "Server", scopes: ["sites:read"] }, key)).text).toBe(made.text);
  const rows = await query("SELECT 1 FROM idempotency_key WHERE body::text LIKE '%pp_live_%'");
  expect(rows).toEqual([]);
});

test("a key that is no plain text is refused", async () => {
  for (const key of ["a b", "x".repeat(256), "ä"])
    expect((await post("/api/v1/subscribers", {}, key)).status).toBe(400);
});
