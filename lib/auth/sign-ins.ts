import "server-only";
import type { PoolClient } from "pg";
import { newSecret, secretHash } from "#lib/crypto.ts";
import { query, transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { Together } from "#lib/together.ts";

/** A sign-in, of a browser or an API client, lasts this long: browsers since it began, API clients since last used. */
export const signInTtlSeconds = 30 * 24 * 60 * 60;

/**
 * What cookies and access tokens say of the sign-in that they come from. They prove it only together with the
 * database, where a sign-in is a family of refresh tokens (a browser's has one, which nobody knows) and the version is
 * raised to end all sign-ins of an account.
 */
export interface SignInClaims {
  userId: string;
  sessionVersion: number;
  familyId: string;
}

/** A new sign-in of a browser. */
export async function beginSignIn(userId: string): Promise<SignInClaims> {
  const { claims } = await transaction((client) => addLink(client, userId, newId()));
  return claims;
}

const lifeLookUps = new Together<SignInClaims, boolean>(async (all) => {
  const rows = await query<{ alive: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM user_account u WHERE u.id = a.user_id AND u.session_version = a.version)
            AND EXISTS (SELECT 1 FROM refresh_token t WHERE t.user_id = a.user_id AND t.family_id = a.family_id)
            AND NOT EXISTS (SELECT 1 FROM refresh_token t WHERE t.user_id = a.user_id AND t.family_id = a.family_id AND t.revoked_at IS NOT NULL) AS alive
       FROM unnest($1::uuid[], $2::int[], $3::uuid[]) WITH ORDINALITY AS a (user_id, version, family_id, place) ORDER BY a.place`,
    [
      all.map(({ userId }) => userId),
      all.map(({ sessionVersion }) => sessionVersion),
      all.map(({ familyId }) => familyId),
    ],
  );
  return rows.map(({ alive }) => alive);
});

/** Whether a sign-in was ended neither by itself nor with all others of the account. */
export function isSignInAlive(claims: SignInClaims): Promise<boolean> {
  return lifeLookUps.do(claims);
}

/** Ends one sign-in: its cookie, access tokens and refresh tokens. */
export async function endSignIn(familyId: string): Promise<void> {
  await query("UPDATE refresh_token SET revoked_at = now() WHERE family_id = $1 AND revoked_at IS NULL", [familyId]);
}

/**
 * Adds a refresh token to a sign-in.
 *
 * @throws invalid_token the account is gone
 */
export async function addLink(
  client: PoolClient,
  userId: string,
  familyId: string,
): Promise<{ refreshToken: string; claims: SignInClaims }> {
  const { rows } = await client.query<{ session_version: number }>(
    "SELECT session_version FROM user_account WHERE id = $1",
    [userId],
  );
  const sessionVersion = rows[0]?.session_version;
  if (sessionVersion === undefined) throw new AppError("invalid_token", "This account does not exist any more.");
  const refreshToken = newSecret();
  await client.query(
    `INSERT INTO refresh_token (id, user_id, family_id, token_hash, expires_at)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    [newId(), userId, familyId, secretHash(refreshToken), signInTtlSeconds],
  );
  return { refreshToken, claims: { userId, sessionVersion, familyId } };
}
