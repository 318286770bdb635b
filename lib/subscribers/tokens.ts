import "server-only";
import { isSigned, sign } from "#lib/crypto.ts";
import { AppError } from "#lib/errors.ts";
import { isId } from "#lib/ids.ts";

/** A row id and its signature for one purpose, `<22 characters>.<22 characters>`: short enough for a push payload. */
function makeToken(purpose: string, id: string): string {
  const text = Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url");
  return `${text}.${sign(purpose, text)}`;
}

function readToken(purpose: string, token: string): string | undefined {
  const [text = "", signature = ""] = token.split(".");
  if (!isSigned(purpose, text, signature)) return undefined;
  const hex = Buffer.from(text, "base64url").toString("hex");
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return isId(id) ? id : undefined;
}

/** What a browser shows to speak for its own subscription, and for no other. */
export function subscriptionToken(subscriptionId: string): string {
  return makeToken("subscription", subscriptionId);
}

/**
 * The subscription that a token speaks for.
 *
 * @throws invalid_token it was not made here
 */
export function readSubscriptionToken(token: string): string {
  const id = readToken("subscription", token);
  if (id === undefined) throw new AppError("invalid_token", "This subscription token is not valid.");
  return id;
}

/** Travels inside a message: proves that an event about it comes from who received it. */
export function eventToken(messageId: string): string {
  return makeToken("event", messageId);
}

/** The message that an event token belongs to, or undefined when it is forged. */
export function readEventToken(token: string): string | undefined {
  return readToken("event", token);
}
