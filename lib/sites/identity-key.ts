import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { sign } from "#lib/crypto.ts";
import { type IdentityKey, SiteSettings } from "./schema.ts";
import { findSite } from "./sites.ts";

/**
 * The key that a site's own server signs identities with, as the bytes of a text. It is derived and not stored; a higher
 * `identityKeyVersion` in the site's settings makes another.
 */
export function identitySecret(site: { id: string; settings: SiteSettings }): Uint8Array {
  return new TextEncoder().encode(secretText(site.id, site.settings.identityKeyVersion));
}

function secretText(siteId: string, version: number): string {
  // Two signatures: HS256 wants 256 bits, one signature has 128.
  return ["a", "b"].map((half) => sign("site identity", `${siteId} ${version} ${half}`)).join("");
}

/** For whoever sets up the site's server. @throws not_found */
export async function getIdentityKey(ctx: Context, siteId: string): Promise<IdentityKey> {
  authorize(ctx, "sites:write");
  const site = await findSite(ctx, siteId);
  const { signedIdentity, identityKeyVersion } = SiteSettings.parse(site.settings);
  return { secret: secretText(site.id, identityKeyVersion), version: identityKeyVersion, isRequired: signedIdentity };
}
