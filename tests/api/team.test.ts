import { beforeAll, describe, expect, test } from "vitest";
import { newAccount, newEmail, newMember } from "#tests/support/accounts.ts";
import { call } from "#tests/support/api.ts";

let owner: Awaited<ReturnType<typeof newAccount>>;
let workspace: string;
beforeAll(async () => {
  owner = await newAccount();
  workspace = `/api/v1/workspaces/${owner.ctx.workspaceId}`;
});

const register = (changes: object) =>
  call("POST", "/api/v1/auth/register", {
    body: { email: newEmail(), password: "correct horse battery", name: "Ada", ...changes },
  });

describe("registering", () => {
  test("gives the account, its workspace and tokens in the documented shape", async () => {
    const answer = await register({});
    expect(answer.status, answer.text).toBe(201);
    expect(Object.keys(answer.json).sort()).toEqual(["accessToken", "expiresIn", "refreshToken", "user", "workspace"]);
    expect(Object.keys({ ...answer.json.user }).sort()).toEqual(["email", "id", "name"]);
    expect(Object.keys({ ...answer.json.workspace }).sort()).toEqual(["id", "name", "role"]);
  });

  test.each([
    ["a full-width @", { email: "ada＠example.com" }, "email"],
    ["a quoted local part", { email: '"a b"@example.com' }, "email"],
    ["a look-alike letter", { email: "аda@example.com" }, "email"],
    ["a password of 7 characters", { password: "1234567" }, "password"],
    ["a blank name", { name: " " }, "name"],
    ["a role", { role: "owner" }, "role"],
  ])("with %s is refused by name", async (_, changes, field) => {
    const answer = await register(changes);
    expect([answer.status, Object.keys({ ...answer.json.error?.details })], answer.text).toEqual([400, [field]]);
  });
});

test("the last owner cannot be removed, demoted or leave", async () => {
  const members = await call("GET", `${workspace}/members`, { token: owner.accessToken });
  const { id } = Object.values({ ...members.json.data })[0] ?? {};
  const ask = (method: "DELETE" | "PATCH", body?: object) =>
    call(method, `${workspace}/members/${id}`, { token: owner.accessToken, body });
  for (const answer of [
    await ask("DELETE"),
    await ask("PATCH", { role: "member" }),
    await ask("PATCH", { status: "suspended" }),
  ])
    expect([answer.status, answer.json.error?.code]).toEqual([409, "conflict"]);
  expect((await call("POST", `${workspace}/leave`, { token: owner.accessToken })).status).toBe(409);
});

test("a demoted, suspended or removed member acts as that from the next request on", async () => {
  const admin = await newMember(owner.ctx.workspaceId, "admin");
  const rename = () => call("PATCH", workspace, { token: admin.accessToken, body: { name: "Renamed" } });
  const change = (body: object) =>
    call("PATCH", `${workspace}/members/${admin.memberId}`, { token: owner.accessToken, body });
  expect((await rename()).status).toBe(200);
  await change({ role: "member" });
  expect((await rename()).status).toBe(403);
  await change({ role: "admin", status: "suspended" });
  expect((await rename()).status).toBe(404);
});

test("a revoked key, and a key whose maker left, are refused", async () => {
  const admin = await newMember(owner.ctx.workspaceId, "admin");
  const make = () =>
    call("POST", `${workspace}/api-keys`, {
      token: admin.accessToken,
      body: { name: "Server", scopes: ["sites:read"] },
    });
  const [first, second] = [await make(), await make()];
  const list = (made: typeof first) => call("GET", "/api/v1/sites", { token: String(made.json.key) });
  expect([(await list(first)).status, (await list(second)).status]).toEqual([200, 200]);
  expect((await call("DELETE", `${workspace}/api-keys/${first.json.id}`, { token: owner.accessToken })).status).toBe(
    204,
  );
  expect((await list(first)).status).toBe(401);
  await call("DELETE", `${workspace}/members/${admin.memberId}`, { token: owner.accessToken });
  expect((await list(second)).status).toBe(401);
  const listed = await call("GET", `${workspace}/api-keys`, { token: owner.accessToken });
  expect(listed.text).not.toContain(String(second.json.key));
});

test.each([undefined, "Basic YTpi", "Bearer", "Bearer pp_live_x", "Bearer a.b.c"])(
  "the credentials %s are 401 and say how to come in",
  async (authorization) => {
    const answer = await call("GET", "/api/v1/workspaces", { ...(authorization && { headers: { authorization } }) });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  },
);
