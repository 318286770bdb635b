import { beforeAll, expect, test } from "vitest";
import { announceImport } from "#lib/imports/imports.ts";
import { workOnImport } from "#lib/imports/work.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { type CallOptions, call } from "#tests/support/api.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
let as: Pick<CallOptions, "token" | "workspaceId">;
beforeAll(async () => {
  account = await newAccount();
  as = { token: account.accessToken, workspaceId: account.ctx.workspaceId };
});

const csv = { headers: { "content-type": "text/csv" } };

test("a file that is posted becomes people", async () => {
  const posted = await call("POST", "/api/v1/subscribers/import?fileName=people.csv", {
    ...as,
    ...csv,
    body: "external id,name\nc-1,Ada\n",
  });
  expect([posted.status, posted.json.status], posted.text).toEqual([202, "running"]);
  expect(posted.json).toMatchObject({ fileName: "people.csv", rows: 1, columns: ["external id", "name"] });
  const id = String(posted.json.id);
  await workOnImport(account.ctx.workspaceId, id, 60_000);
  const done = await call("GET", `/api/v1/subscribers/import/${id}`, as);
  expect(done.json).toMatchObject({ status: "completed", created: 1 });
  const found = await call("GET", "/api/v1/subscribers?search=Ada", as);
  expect(found.json.data).toHaveLength(1);
  expect((await call("GET", "/api/v1/subscribers/import", as)).json.data).toHaveLength(1);
});

test("a form brings the same file", async () => {
  const form = new FormData();
  form.append("note", "first");
  form.append("file", new Blob(["external id,name\r\nc-2,Grace\r\n"], { type: "text/csv" }), "people.csv");
  const request = new Request("http://localhost", { method: "POST", body: form });
  const posted = await call("POST", "/api/v1/subscribers/import?start=false", {
    ...as,
    headers: { "content-type": request.headers.get("content-type") ?? "" },
    body: await request.text(),
  });
  expect(posted.json, posted.text).toMatchObject({ status: "ready", rows: 1 });
  const preview = await call("POST", `/api/v1/subscribers/import/${posted.json.id}/preview`, as);
  expect(preview.json).toMatchObject({ rows: [{ row: 2, outcome: "person", cells: ["c-2", "Grace"] }] });
});

test.each([
  ["JSON", { headers: { "content-type": "application/json" } }, '{"a": 1}', 415, "unsupported_media_type"],
  ["no CSV", csv, "%PDF-1.7", 400, "validation_error"],
  ["no rows", csv, "external id\n", 400, "validation_error"],
  [
    "200,001 rows",
    csv,
    `external id\n${Array.from({ length: 200_001 }, (_, index) => index).join("\n")}`,
    413,
    "body_too_large",
  ],
] as const)(
  "%s is refused",
  async (_, options, body, status, code) => {
    const answer = await call("POST", "/api/v1/subscribers/import", { ...as, ...options, body });
    expect([answer.status, answer.json.error?.code], answer.text).toEqual([status, code]);
    if (status === 400) expect(answer.json.error?.details).toHaveProperty("file");
  },
  60_000,
);

test("a file goes to an announced address once, and to no other", async () => {
  const { id, uploadUrl } = await announceImport(account.ctx, { fileName: "later.csv" });
  const { pathname, search } = new URL(uploadUrl);
  const forged = await call("POST", `${pathname}?token=${account.ctx.workspaceId}.${id}.9999999999999.x`, {
    ...csv,
    body: "external id\nc-3\n",
  });
  expect(forged.status).toBe(401);
  const sent = await call("POST", pathname + search, { ...csv, body: "external id\nc-3\n" });
  expect(sent.status, sent.text).toBe(204);
  const twice = await call("POST", pathname + search, { ...csv, body: "external id\nc-4\n" });
  expect(twice.status).toBe(409);
  expect((await call("GET", `/api/v1/subscribers/import/${id}`, as)).json).toMatchObject({ status: "ready", rows: 1 });
});
