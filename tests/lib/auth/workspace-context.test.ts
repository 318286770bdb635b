import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { authenticateRequest, type Principal } from "#lib/auth/bearer.ts";
import { permissions } from "#lib/auth/permissions.ts";
import { sealSession, sessionCookie } from "#lib/auth/session.ts";
import { beginSignIn } from "#lib/auth/sign-ins.ts";
import { contextFor } from "#lib/auth/workspace-context.ts";
import { db } from "#lib/db.ts";
import { createApiKey, revokeApiKey } from "#lib/workspaces/api-keys.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";
import { newAccount, newMember } from "#tests/support/accounts.ts";

const bearer = (token: string) => new Request("http://localhost/", { headers: { authorization: `Bearer ${token}` } });

function asUser(userId: string): Principal {
  return { kind: "user", via: "session", userId };
}

test("who was demoted, suspended or removed acts as that from the next request on", async () => {
  const { workspace } = await newAccount();
  const member = await newMember(workspace.id, "admin");
  const context = () => contextFor(asUser(member.user.id), workspace.id, "test");
  const write = async () => updateWorkspace(await context(), { name: "Renamed" });
  const where = { id: member.memberId };
  await expect(write()).resolves.toMatchObject({ name: "Renamed" });

  await db.member.update({ where, data: { role: "member" } });
  await expect(write()).rejects.toMatchObject({ code: "forbidden" });

  await db.member.update({ where, data: { role: "admin", status: "suspended" } });
  await expect(context()).rejects.toMatchObject({ code: "workspace_not_found" });

  await db.member.update({ where, data: { status: "active" } });
  await expect(write()).resolves.toBeDefined();

  await db.member.delete({ where });
  await expect(context()).rejects.toMatchObject({ code: "workspace_not_found" });
});

test("a user must name the workspace, and another's is not found", async () => {
  const [ada, bob] = [await newAccount(), await newAccount()];
  const context = (id: string | undefined) => contextFor(asUser(ada.user.id), id, "test");
  await expect(context(undefined)).rejects.toMatchObject({ code: "workspace_required" });
  for (const id of [bob.workspace.id, randomUUID(), "", "not an id", "' OR 1=1"])
    await expect(context(id)).rejects.toMatchObject({ code: "workspace_not_found" });
});

test("a deleted workspace is not found", async () => {
  const { user, workspace } = await newAccount();
  await db.workspace.update({ where: { id: workspace.id }, data: { isDeleted: true } });
  await expect(contextFor(asUser(user.id), workspace.id, "test")).rejects.toMatchObject({
    code: "workspace_not_found",
  });
});

test("the session cookie of the dashboard signs in, beside other cookies", async () => {
  const { user } = await newAccount();
  const value = await sealSession(await beginSignIn(user.id), 60);
  const request = (cookie: string) => new Request("http://localhost/", { headers: { cookie } });

  const good = request(`theme=dark; ${sessionCookie().name}=${value}; x=y`);
  await expect(authenticateRequest(good)).resolves.toEqual({ kind: "user", via: "session", userId: user.id });
  const changed = request(`${sessionCookie().name}=${value.slice(0, -2)}xx`);
  await expect(authenticateRequest(changed)).rejects.toMatchObject({ code: "invalid_token" });
  await expect(authenticateRequest(request("theme=dark"))).rejects.toMatchObject({ code: "unauthorized" });
});

test("an API key acts in its own workspace, within its scopes and its maker's role", async () => {
  const [{ ctx, workspace }, other] = [await newAccount(), await newAccount()];
  const { key } = await createApiKey(ctx, { name: "Shop", scopes: ["sites:read", "workspace:write"] });
  const principal = await authenticateRequest(bearer(key));
  expect(principal).toMatchObject({ kind: "api_key", workspaceId: workspace.id, ratePerMinute: 600 });

  await expect(contextFor(principal, undefined, "test")).resolves.toMatchObject({
    workspaceId: workspace.id,
    role: "owner",
    actor: { type: "api_key", scopes: ["sites:read", "workspace:write"] },
  });
  await expect(contextFor(principal, other.workspace.id, "test")).rejects.toMatchObject({
    code: "workspace_not_found",
  });
});

test("an API key ends when it is revoked, and when its maker leaves the workspace", async () => {
  const owner = await newAccount();
  const admin = await newMember(owner.workspace.id, "admin");
  const [mine, theirs] = [
    await createApiKey(owner.ctx, { name: "Mine", scopes: ["sites:read"] }),
    await createApiKey(admin.ctx, { name: "Theirs", scopes: ["sites:read"] }),
  ];
  await revokeApiKey(owner.ctx, mine.id);
  await expect(authenticateRequest(bearer(mine.key))).rejects.toMatchObject({ code: "invalid_token" });

  const principal = await authenticateRequest(bearer(theirs.key));
  await db.member.delete({ where: { id: admin.memberId } });
  await expect(contextFor(principal, undefined, "test")).rejects.toMatchObject({ code: "invalid_token" });
});

test("a key cannot do what its maker cannot, nor a key make a mightier one", async () => {
  const { workspace, ctx } = await newAccount();
  const { ctx: member } = await newMember(workspace.id, "member");
  await expect(createApiKey(member, { name: "Mine", scopes: ["sites:read"] })).rejects.toMatchObject({
    code: "forbidden",
  });

  const { key } = await createApiKey(ctx, { name: "Keys", scopes: ["api_keys:write", "sites:read"] });
  const asKey = await contextFor(await authenticateRequest(bearer(key)), undefined, "test");
  await expect(createApiKey(asKey, { name: "More", scopes: ["sites:write"] })).rejects.toMatchObject({
    code: "validation_error",
    fields: { scopes: [/sites:write/] },
  });
  await expect(createApiKey(asKey, { name: "Same", scopes: ["sites:read"] })).resolves.toBeDefined();
});

test("a key is kept as its hash only, and its last use is noted", async () => {
  const { ctx } = await newAccount();
  const { id, key, prefix } = await createApiKey(ctx, { name: "All", scopes: [...permissions] });
  expect(key).toMatch(/^pp_live_[\w-]{43}$/);
  expect(key.startsWith(prefix)).toBe(true);

  const before = await db.apiKey.findUniqueOrThrow({ where: { id } });
  expect(JSON.stringify(before)).not.toContain(key.slice(prefix.length));
  expect(before.lastUsedAt).toBeNull();
  await authenticateRequest(bearer(key));
  expect((await db.apiKey.findUniqueOrThrow({ where: { id } })).lastUsedAt).not.toBeNull();
});
