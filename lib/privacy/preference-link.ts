import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { isSigned, sign } from "#lib/crypto.ts";
import { db } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";

/** A person, as their own signed link names them. The workspace is in the link, so that every query can name it. */
export interface LinkedPerson {
  workspaceId: string;
  subscriberId: string;
}

const purpose = "preferences";

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll("-", ""), "hex");
}

function idOf(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The address of a person's preference page. Who has it may see and decide what the person may; it does not end. */
export function preferenceUrl({ workspaceId, subscriberId }: LinkedPerson): string {
  const text = Buffer.concat([bytesOf(workspaceId), bytesOf(subscriberId)]).toString("base64url");
  return `${env().APP_URL}/p/${text}.${sign(purpose, text)}`;
}

/**
 * Whom a link is for.
 *
 * @throws invalid_token it was not made here
 */
export function readPreferenceToken(token: string): LinkedPerson {
  const [text = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(text, "base64url");
  if (!isSigned(purpose, text, signature) || bytes.length !== 32)
    throw new AppError("invalid_token", "This link is not valid.");
  return { workspaceId: idOf(bytes.subarray(0, 16)), subscriberId: idOf(bytes.subarray(16)) };
}

/**
 * The link, for the workspace's own e-mails and pages; of deleted people too, who may still ask to be forgotten.
 *
 * @throws not_found
 */
export async function getPreferenceLink(ctx: Context, subscriberId: string): Promise<{ url: string }> {
  authorize(ctx, "subscribers:read");
  const person = isId(subscriberId)
    ? await db.subscriber.findFirst({ where: { id: subscriberId, workspaceId: ctx.workspaceId } })
    : null;
  if (!person) throw notFound("Subscriber");
  return { url: preferenceUrl({ workspaceId: ctx.workspaceId, subscriberId }) };
}
