import "server-only";
import { errors, jwtVerify } from "jose";
import type { z } from "zod";
import { now } from "#lib/clock.ts";
import { AppError } from "#lib/errors.ts";
import { identitySecret } from "#lib/sites/identity-key.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import { decodedIdentity, type Identify } from "./schema.ts";

/** The longest life of a signed identity: what leaks out of a page is soon worth nothing. */
const maxAgeSeconds = 86_400;

type Facts = Pick<z.output<typeof Identify>, "externalId" | "name" | "attributes">;

/**
 * Who a browser says the person is, as far as the site believes it: facts of a token that the site's own server signed
 * (JWT, HS256, with the site's identity key; `sub` is the external id, `name` and `attributes` as in plain form, `exp`
 * at most a day ahead). Plain facts count only while the site does not ask for signed ones.
 *
 * @throws invalid_token it is forged, expired, of another site, or says something that cannot be stored · unauthorized
 *   the site takes signed identities only
 */
export async function believedIdentity(
  site: Pick<PublicSite, "id" | "settings">,
  { token, ...plain }: z.output<typeof Identify>,
): Promise<Facts> {
  if (token === undefined) {
    if (site.settings.signedIdentity)
      throw new AppError("unauthorized", "This site takes identities that its server signed: send a token.");
    return plain;
  }
  try {
    const { payload } = await jwtVerify(token, identitySecret(site), {
      algorithms: ["HS256"],
      audience: site.id,
      requiredClaims: ["sub", "exp"],
      currentDate: now(),
    });
    const secondsLeft = (payload.exp ?? 0) - now().getTime() / 1000;
    const facts = decodedIdentity({ externalId: payload.sub, name: payload.name, attributes: payload.attributes });
    if (facts && secondsLeft <= maxAgeSeconds) return facts;
  } catch (error) {
    if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error;
  }
  throw new AppError("invalid_token", "This identity token is not valid.");
}
