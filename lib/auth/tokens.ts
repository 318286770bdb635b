import "server-only";
import type { PoolClient } from "pg";
import { secretHash } from "#lib/crypto.ts";
import { query, transaction } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { accessTokenTtlSeconds, signAccessToken } from "./access-token.ts";
import type { Tokens } from "./schema.ts";
import { addLink } from "./sign-ins.ts";

/** How long the stragglers of a race for one token may take. */
const raceSeconds = 5;

/** A new sign-in of an API client: an access token, and the first link of a chain (family) of refresh tokens. */
export async function issueTokens(userId: string): Promise<Tokens> {
  return await transaction((client) => nextTokens(client, userId, newId()));
}

/**
 * Trades a refresh token for the next one of its family. Each works once.
 *
 * Of requests that come with the same token at the same time one wins and the others are refused, and the winner's
 * chain lives: that is what two tabs do. A token that comes again later was stolen, or the thief's came first, so the
 * whole family ends (RFC 9700, 4.14.2). "At the same time" is: it came before the winner was done; and once one did,
 * for some seconds more, because the rest of such a burst may still be on its way. Nobody gains by coming then.
 *
 * @throws invalid_token unknown, used, expired or ended
 */
export async function refreshTokens(refreshToken: string): Promise<Tokens> {
  const arrivedAtMs = performance.now();
  const hash = secretHash(refreshToken);
  const race = races.get(hash) ?? { runners: 0, isWon: false };
  races.set(hash, race);
  race.runners++;
  try {
    const tokens = await transaction((client) => rotate(client, hash, race, arrivedAtMs));
    if (tokens) return tokens;
  } finally {
    if (--race.runners === 0) races.delete(hash);
  }
  throw new AppError("invalid_token", "The refresh token is not valid any more. Sign in again.");
}

/** Requests of this process with one refresh token that overlap, and whether the one that used it is among them. */
interface Race {
  runners: number;
  isWon: boolean;
}
const races = new Map<string, Race>();

async function rotate(client: PoolClient, hash: string, race: Race, arrivedAtMs: number): Promise<Tokens | null> {
  const { rows } = await client.query<{
    id: string;
    user_id: string;
    family_id: string;
    used: boolean;
    expired: boolean;
  }>(
    `SELECT id, user_id, family_id, used_at IS NOT NULL AS used, expires_at < now() AS expired
       FROM refresh_token WHERE token_hash = $1 FOR UPDATE`,
    [hash],
  );
  const [found] = rows;
  if (!found || found.expired || (await isEnded(client, found.family_id))) return null;
  if (!found.used) {
    race.isWon = true;
    await client.query(
      "UPDATE refresh_token SET used_at = date_trunc('milliseconds', clock_timestamp()) WHERE id = $1",
      [found.id],
    );
    return await nextTokens(client, found.user_id, found.family_id);
  }
  // A race moves used_at to the instant until which stragglers may come. Between processes the database's clock tells.
  const { rowCount } = await client.query(
    `UPDATE refresh_token
        SET used_at = CASE WHEN used_at > clock_timestamp() THEN used_at
                           ELSE clock_timestamp() + make_interval(secs => $4) END
      WHERE id = $1 AND ($2 OR used_at >= clock_timestamp() - make_interval(secs => $3))`,
    [found.id, race.isWon, (performance.now() - arrivedAtMs) / 1000, raceSeconds],
  );
  if (rowCount === 0) await endFamily(client, found.family_id);
  return null;
}

/** Ends the sign-in that a refresh token belongs to, its access tokens too. An unknown token ends nothing. */
export async function logout(refreshToken: string): Promise<void> {
  await query(
    `UPDATE refresh_token SET revoked_at = now()
      WHERE revoked_at IS NULL AND family_id = (SELECT family_id FROM refresh_token WHERE token_hash = $1)`,
    [secretHash(refreshToken)],
  );
}

async function nextTokens(client: PoolClient, userId: string, familyId: string): Promise<Tokens> {
  const { refreshToken, claims } = await addLink(client, userId, familyId);
  return { accessToken: await signAccessToken(claims), refreshToken, expiresIn: accessTokenTtlSeconds };
}

/** A family is ended when any link is: a link that was added while another request ended it is dead too. */
async function isEnded(client: PoolClient, familyId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "SELECT 1 FROM refresh_token WHERE family_id = $1 AND revoked_at IS NOT NULL LIMIT 1",
    [familyId],
  );
  return rowCount !== 0;
}

async function endFamily(client: PoolClient, familyId: string): Promise<void> {
  await client.query("UPDATE refresh_token SET revoked_at = now() WHERE family_id = $1 AND revoked_at IS NULL", [
    familyId,
  ]);
}
