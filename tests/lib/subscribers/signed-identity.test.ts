import { SignJWT } from "jose";
import { beforeAll, expect, test } from "vitest";
import type { Context } from "#lib/context.ts";
import { getIdentityKey } from "#lib/sites/identity-key.ts";
import { findPublicSite } from "#lib/sites/public-site.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { believedIdentity } from "#lib/subscribers/signed-identity.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { newSite } from "#tests/support/workspace.ts";

let ctx: Context;
let siteId: string;

beforeAll(async () => {
  ({ ctx } = await newAccount());
  siteId = (await newSite(ctx)).id;
});

interface Signed {
  secret?: string;
  audience?: string;
  lifeSeconds?: number;
  algorithm?: string;
  claims?: Record<string, unknown>;
}

async function signed(given: Signed = {}): Promise<string> {
  const secret = given.secret ?? (await getIdentityKey(ctx, siteId)).secret;
  return new SignJWT(given.claims ?? { sub: "customer-1", name: "Ada", attributes: { plan: "pro" } })
    .setProtectedHeader({ alg: given.algorithm ?? "HS256" })
    .setAudience(given.audience ?? siteId)
    .setExpirationTime(Math.floor(Date.now() / 1000) + (given.lifeSeconds ?? 600))
    .sign(new TextEncoder().encode(secret));
}

const believe = async (who: Parameters<typeof believedIdentity>[1]) =>
  believedIdentity(await findPublicSite(siteId), who);

test("a site that asks for signed identities believes its own server's tokens and nothing else", async () => {
  expect(await believe({ externalId: "customer-2" })).toEqual({ externalId: "customer-2" });
  await updateSite(ctx, siteId, { settings: { signedIdentity: true } });
  await expect(believe({ externalId: "customer-2" })).rejects.toMatchObject({ code: "unauthorized" });
  expect(await believe({ token: await signed() })).toEqual({
    externalId: "customer-1",
    name: "Ada",
    attributes: { plan: "pro" },
  });
  // Plain facts beside a token count for nothing.
  expect((await believe({ token: await signed(), externalId: "customer-3" })).externalId).toBe("customer-1");
});

test.each<[string, Signed]>([
  ["another key", { secret: "x".repeat(44) }],
  ["another site", { audience: "01999999-0000-7000-8000-000000000000" }],
  ["expired", { lifeSeconds: -10 }],
  ["valid for years", { lifeSeconds: 10 * 365 * 86_400 }],
  ["no subject", { claims: { name: "Ada" } }],
  ["a subject that cannot be stored", { claims: { sub: "\u0000" } }],
  ["another algorithm", { algorithm: "HS512" }],
])("a token is refused: %s", async (_, given) => {
  await expect(believe({ token: await signed(given) })).rejects.toMatchObject({ code: "invalid_token" });
});

test("an unsigned token is refused, and a new key ends the old one's tokens", async () => {
  const none = [{ alg: "none" }, { sub: "customer-1", aud: siteId, exp: Math.floor(Date.now() / 1000) + 60 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  for (const token of [`${none}.`, "", "x.y.z"])
    await expect(believe({ token })).rejects.toMatchObject({ code: "invalid_token" });
  const old = await signed();
  await updateSite(ctx, siteId, { settings: { identityKeyVersion: 2 } });
  await expect(believe({ token: old })).rejects.toMatchObject({ code: "invalid_token" });
  expect((await believe({ token: await signed() })).externalId).toBe("customer-1");
});
