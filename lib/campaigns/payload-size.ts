import "server-only";
import { maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import { payloadBytes } from "#lib/channels/web-push/payload.ts";
import type { Content } from "#lib/content/schema.ts";
import { renderPush } from "#lib/delivery/render.ts";
import { AppError } from "#lib/errors.ts";
import type { SiteSettings } from "#lib/sites/schema.ts";
import type { Options } from "./schema.ts";

/** Same length as any real id. */
const someId = "00000000-0000-7000-8000-000000000000";

/** Bytes of the payload that this content makes, with every variable at its fallback. */
export function contentBytes(
  content: Content,
  site: { url: string; settings: SiteSettings },
  options: Options,
): number {
  return payloadBytes(
    renderPush({
      messageId: someId,
      runId: someId,
      stepIndex: 0,
      content,
      requireInteraction: options.requireInteraction ?? false,
      site,
      values: {},
    }),
  );
}

/**
 * Refuses content that cannot fit into one push message (RFC 8291 section 4). Variables may still make a message too
 * long for some subscribers: those messages fail on their own.
 *
 * @param field the request's field to name
 * @throws payload_too_large with the byte count
 */
export function checkPayloadSize(
  content: Content,
  site: { url: string; settings: SiteSettings },
  options: Options,
  field: string,
): void {
  const bytes = contentBytes(content, site, options);
  if (bytes <= maxPayloadBytes) return;
  const message = `The message makes ${bytes} of ${maxPayloadBytes} bytes. Shorten the text or the links by ${bytes - maxPayloadBytes} bytes.`;
  throw new AppError("payload_too_large", message, { fields: { [field]: [message] } });
}
