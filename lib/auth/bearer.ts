import "server-only";
import { secretHash } from "#lib/crypto.ts";
import { query } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";
import { Together } from "#lib/together.ts";
import { readAccessToken } from "./access-token.ts";
import { openSession, sessionCookieOf } from "./session.ts";
import { isSignInAlive } from "./sign-ins.ts";

/** What API keys begin with, so that they are recognised where they should not be. */
export const apiKeyPrefix = "pp_live_";

/** Who sent a request, before a workspace is chosen. */
export type Principal =
  | { kind: "user"; via: "access_token" | "session"; userId: string }
  | {
      kind: "api_key";
      apiKeyId: string;
      workspaceId: string;
      userId: string;
      scopes: readonly string[];
      ratePerMinute: number;
    };

/**
 * Who sends this request: an access token or API key in `Authorization: Bearer`, else the dashboard's session cookie.
 * Nothing is trusted without the database: a session that was ended or a key that was revoked is refused at once.
 *
 * @throws unauthorized there are no credentials
 * @throws invalid_token there are, and they are wrong, expired or revoked
 */
export async function authenticateRequest(request: Request): Promise<Principal> {
  const header = request.headers.get("authorization");
  if (header !== null) {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header.trim())?.[1];
    if (!token) throw new AppError("unauthorized", "Send Authorization: Bearer <access token or API key>.");
    return token.startsWith(apiKeyPrefix) ? await apiKeyPrincipal(token) : await accessTokenPrincipal(token);
  }
  const cookie = sessionCookieOf(request.headers.get("cookie"));
  if (!cookie) throw new AppError("unauthorized", "Sign in, or send Authorization: Bearer <access token or API key>.");
  const userId = await sessionUserId(cookie);
  if (!userId) throw new AppError("invalid_token", "Your session has ended. Sign in again.");
  return { kind: "user", via: "session", userId };
}

/** The user of a session cookie's value, or null when the session is not, or no longer, valid. */
export async function sessionUserId(cookie: string): Promise<string | null> {
  const claims = await openSession(cookie);
  return claims && (await isSignInAlive(claims)) ? claims.userId : null;
}

async function accessTokenPrincipal(token: string): Promise<Principal> {
  const claims = await readAccessToken(token);
  if (!(await isSignInAlive(claims))) throw new AppError("invalid_token", "This sign-in was ended. Sign in again.");
  return { kind: "user", via: "access_token", userId: claims.userId };
}

interface KeyRow {
  id: string;
  key_hash: string;
  workspace_id: string;
  user_id: string;
  scopes: string[];
  rate_per_minute: number;
  is_touch_due: boolean;
}

const keyLookUps = new Together<string, KeyRow | undefined>(async (hashes) => {
  const rows = await query<KeyRow>(
    `SELECT id, key_hash, workspace_id, created_by_user_id AS user_id, scopes, rate_per_minute,
            last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS is_touch_due
       FROM api_key WHERE key_hash = ANY ($1::text[]) AND revoked_at IS NULL`,
    [[...new Set(hashes)]],
  );
  return hashes.map((hash) => rows.find((row) => row.key_hash === hash));
});

async function apiKeyPrincipal(token: string): Promise<Principal> {
  const key = await keyLookUps.do(secretHash(token));
  if (!key) throw new AppError("invalid_token", "This API key does not exist or was revoked.");
  // Written once a minute at most: it is for people to see, not worth a write per request.
  if (key.is_touch_due)
    await query(
      "UPDATE api_key SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
      [key.id],
    );
  return {
    kind: "api_key",
    apiKeyId: key.id,
    workspaceId: key.workspace_id,
    userId: key.user_id,
    scopes: key.scopes,
    ratePerMinute: key.rate_per_minute,
  };
}
