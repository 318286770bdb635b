import { beforeAll, expect, test } from "vitest";
import { db } from "#lib/db.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call } from "#tests/support/api.ts";

let token: string;
let workspaceId: string;
beforeAll(async () => {
  const account = await newAccount();
  token = account.accessToken;
  workspaceId = account.ctx.workspaceId;
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  call("POST", "/api/v1/subscribers", { token, workspaceId, body, headers });

const megabyte = JSON.stringify({ name: "x".repeat(1_048_577) });
const bad: [what: string, body: unknown, status: number, code: string, field?: string][] = [
  ["a body that breaks off", "{", 400, "invalid_json"],
  ["a body that is no JSON", "name=Ada", 400, "invalid_json"],
  ["a body over 1 MB", megabyte, 413, "body_too_large"],
  ["a nesting bomb of arrays", `{"attributes":${"[".repeat(200_000)}${"]".repeat(200_000)}}`, 400, "invalid_json"],
  ["a nesting bomb of objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, 400, "invalid_json"],
  ["a __proto__ key", '{"__proto__":{"isActive":false}}', 400, "validation_error", "__proto__"],
  ["a __proto__ key further in", '{"attributes":{"__proto__":1}}', 400, "validation_error", "attributes.__proto__"],
  ["an unknown field", { workspaceId: "x" }, 400, "validation_error", "workspaceId"],
  ["a field of another table", { isDeleted: true }, 400, "validation_error", "isDeleted"],
  ["a field named like a method of objects", { constructor: 1 }, 400, "validation_error", "constructor"],
  ["a NUL in a text", { name: "A\u0000da" }, 400, "validation_error", "name"],
  ["a NUL in a key", '{"attributes":{"a\\u0000":1}}', 400, "validation_error", "attributes.a"],
  ["a lone surrogate", '{"name":"\\ud800"}', 400, "validation_error", "name"],
  ["an array for an object", [], 400, "validation_error", "body"],
  ["null for an object", "null", 400, "validation_error", "body"],
  ["an object where a text belongs", { name: { not: "" } }, 400, "validation_error", "name"],
  ["an array where a text belongs", { externalId: ["a"] }, 400, "validation_error", "externalId"],
];

test.each(bad)("%s is refused by name and changes nothing", async (_, body, status, code, field) => {
  const before = await db.subscriber.count({ where: { workspaceId } });
  const answer = await post(body);
  expect([answer.status, answer.json.error?.code], answer.text).toEqual([status, code]);
  if (field) expect(Object.keys({ ...answer.json.error?.details })).toEqual([field]);
  expect(answer.text).not.toMatch(/\bat .*\.ts|node_modules|prisma|SELECT/i);
  expect(await db.subscriber.count({ where: { workspaceId } })).toBe(before);
});

test("a body that is not declared as JSON is 415", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    expect((await post('{"name":"Ada"}', { "content-type": type })).status).toBe(415);
  expect((await post('{"name":"Ada"}', { "content-type": "application/json; charset=utf-8" })).status).toBe(201);
});

test("a body that streams in without a length is cut off at 1 MB", async () => {
  let sent = 0;
  const chunk = new Uint8Array(65_536).fill(32);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += chunk.length;
      if (sent > 50 * 1_048_576) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const { POST } = await import("#app/api/v1/subscribers/route.ts");
  const headers = {
    authorization: `Bearer ${token}`,
    "x-workspace-id": workspaceId,
    "content-type": "application/json",
  };
  const request = new Request("http://localhost:3000/api/v1/subscribers", {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  expect((await POST(request, { params: Promise.resolve({}) })).status).toBe(413);
  expect(sent).toBeLessThan(3 * 1_048_576);
});

test("an empty body counts as {}", async () => {
  expect((await call("POST", "/api/v1/subscribers", { token, workspaceId })).status).toBe(201);
});

test("another tenant's workspace is 404, none is 400", async () => {
  const { ctx } = await newAccount();
  expect((await call("GET", "/api/v1/sites", { token, workspaceId: ctx.workspaceId })).json.error?.code).toBe(
    "workspace_not_found",
  );
  expect((await call("GET", `/api/v1/sites?workspaceId=${ctx.workspaceId}`, { token })).status).toBe(404);
  expect((await call("GET", "/api/v1/sites", { token, workspaceId: "1' OR 1=1" })).status).toBe(404);
  const none = await call("GET", "/api/v1/sites", { token });
  expect([none.status, none.json.error?.code]).toEqual([400, "workspace_required"]);
  expect((await call("GET", `/api/v1/sites?workspaceId=${workspaceId}`, { token })).status).toBe(200);
});

test("an id that is none, and one that does not exist, are 404", async () => {
  const ids = [
    "1",
    "undefined",
    "%00",
    "..%2f..%2fetc",
    "0198a3c0-0000-7000-8000-000000000000",
    "'; DROP TABLE site;--",
  ];
  for (const id of ids) {
    const answer = await call("GET", `/api/v1/campaigns/${encodeURIComponent(id)}`, { token, workspaceId });
    expect([answer.status, answer.json.error?.code], id).toEqual([404, "not_found"]);
  }
});

test.each([
  ["page", "page=-1"],
  ["page", "page=0"],
  ["page", "page=1000000000"],
  ["page", "page=5abc"],
  ["page", "page=5000&pageSize=100"],
  ["page", "page=1&page=2"],
  ["pageSize", "pageSize=1000000"],
  ["pageSize", "pageSize=1.5"],
  ["sort", "sort=passwordHash"],
  ["cursor", "cursor=WyJ4Il0.AAAAAAAAAAAAAAAAAAAAAA"],
  ["cursor", "cursor=%27"],
  ["id[not]", "id[not]="],
  ["search", "search=%00"],
  ["status", "status[in]=draft"],
  ["archived", "archived=perhaps"],
])("a query with a wrong %s (%s) is 400", async (field, query) => {
  const answer = await call("GET", `/api/v1/campaigns?${query}`, { token, workspaceId });
  expect(answer.status, answer.text).toBe(400);
  const named = Object.keys({ ...answer.json.error?.details });
  expect(named.some((name) => name === field || name.startsWith(field))).toBe(true);
});

test("a page with from after to is 400", async () => {
  const answer = await call("GET", "/api/v1/analytics/dashboard?from=2027-02-02&to=2027-02-01", { token, workspaceId });
  expect([answer.status, Object.keys({ ...answer.json.error?.details })]).toEqual([400, ["from"]]);
});

test("what a path cannot do is 405 in JSON, with what it can", async () => {
  const answer = await call("DELETE", "/api/v1/sites", { token });
  expect([answer.status, answer.json.error?.code, answer.headers.get("allow")]).toEqual([
    405,
    "method_not_allowed",
    "GET, POST, OPTIONS",
  ]);
});

test("an unknown path is 404 in JSON", async () => {
  const answer = await call("POST", "/api/v1/no/such/thing", { token });
  expect([answer.status, answer.json.error?.code]).toEqual([404, "not_found"]);
});

test("a caller's request id comes back, a hostile one does not", async () => {
  const given = await call("GET", "/api/health", { headers: { "x-request-id": "order-4711" } });
  expect(given.headers.get("x-request-id")).toBe("order-4711");
  const hostile = await call("GET", "/api/v1/nothing", { headers: { "x-request-id": `<script>${"x".repeat(300)}` } });
  expect(hostile.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(hostile.json.error?.requestId).toBe(hostile.headers.get("x-request-id"));
});
