import "server-only";
import { z } from "zod";
import { isStanding } from "#lib/campaigns/drip-schema.ts";
import { Options } from "#lib/campaigns/schema.ts";
import { contentFor, type StepContents, stepContents } from "#lib/campaigns/step-contents.ts";
import { topicOf } from "#lib/channels/web-push/payload.ts";
import type { WebPushMessage } from "#lib/channels/web-push/web-push-message.ts";
import { Content } from "#lib/content/schema.ts";
import { unseal } from "#lib/crypto.ts";
import { db } from "#lib/db.ts";
import { preferenceUrl } from "#lib/privacy/preference-link.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import type { ClaimedMessage } from "./claim.ts";
import { renderPayload } from "./render.ts";
import { loadVersions } from "./walks.ts";

/** What all messages of a run share: read once, then every message is prepared without a query. */
export interface Plan {
  workspaceId: string;
  runId: string;
  options: Options;
  /** The campaign's own rate, if it has one. */
  rate: { campaignId: string; perMinute: number } | undefined;
  /** By step index; empty for messages that carry their own content. */
  contents: Map<number, StepContents>;
  /** Of a drip, by version and step. */
  versions: Map<number, Map<number, StepContents>>;
  /** The winner of the run's test, once there is one. */
  winner: number | null;
  /** What occasioned the run, as values of variables. */
  variables: Record<string, string | number | null>;
  site: { id: string; url: string; settings: SiteSettings };
  vapidKeys: Map<string, { publicKey: string; privateKey: string }>;
}

const Variables = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Reads the plan of a site's campaign, or of direct messages when `campaignId` is null; null when the site is gone. */
export async function loadPlan(
  workspaceId: string,
  runId: string,
  siteId: string | null,
  campaignId: string | null,
): Promise<Plan | null> {
  const [site, campaign, run] = await Promise.all([
    siteId === null
      ? null
      : db.site.findFirst({ where: { id: siteId, workspaceId, isDeleted: false }, include: { vapidKeys: true } }),
    campaignId === null
      ? null
      : db.campaign.findFirst({ where: { id: campaignId, workspaceId }, include: { steps: true } }),
    campaignId === null
      ? null
      : db.run.findFirst({ where: { id: runId, workspaceId }, select: { variables: true, winnerVariant: true } }),
  ]);
  if (!site) return null;
  const options = Options.parse(campaign?.options ?? {});
  const perMinute = options.ratePerMinute;
  return {
    workspaceId,
    runId,
    options,
    rate: campaignId === null || perMinute === undefined ? undefined : { campaignId, perMinute },
    contents: new Map(campaign?.steps.map((step) => [step.index, stepContents(step)])),
    versions: campaign && isStanding(campaign.type) ? await loadVersions(workspaceId, campaign.id) : new Map(),
    winner: run?.winnerVariant ?? null,
    variables: Variables.parse(run?.variables ?? {}),
    site: { id: site.id, url: site.url, settings: SiteSettings.parse(site.settings) },
    vapidKeys: new Map(
      site.vapidKeys.map((key) => [
        key.id,
        {
          publicKey: key.publicKey,
          privateKey: unseal(key.privateKeyEncrypted, {
            table: "vapid_key",
            column: "private_key",
            workspaceId,
            rowId: key.id,
          }),
        },
      ]),
    ),
  };
}

/** A provider never holds a message longer than a day for a retry, whatever its TTL. */
const maxRetrySeconds = 86_400;

/**
 * Makes a claimed message ready for the channel.
 *
 * @returns the reason when it can never be sent: its keys are gone, its address does not open, it is too large
 */
export function prepareWebPush(message: ClaimedMessage, plan: Plan): WebPushMessage | { fault: string } {
  const content = contentOf(message, plan);
  const vapid = message.vapid_key_id === null ? undefined : plan.vapidKeys.get(message.vapid_key_id);
  if (!content || !vapid || message.vapid_key_id === null || !message.address_encrypted || !message.p256dh)
    return { fault: "invalid_keys" };
  const address = openAddress(message);
  if (!address) return { fault: "invalid_keys" };
  const { settings } = plan.site;
  const ttlSeconds = plan.options.ttlSeconds ?? settings.ttlSeconds;
  const payload = renderPayload(
    {
      messageId: message.id,
      runId: occasionOf(message),
      stepIndex: message.step_index,
      content,
      requireInteraction: plan.options.requireInteraction ?? false,
      site: plan.site,
      preferences: settings.preferenceButton
        ? {
            url: preferenceUrl({ workspaceId: message.workspace_id, subscriberId: message.subscriber_id }),
            locale: message.locale,
          }
        : undefined,
      values: { ...valuesOf(message), ...plan.variables, ...Variables.safeParse(message.walk?.variables).data },
    },
    address.endpoint,
  );
  return {
    id: message.id,
    endpoint: address.endpoint,
    p256dh: message.p256dh,
    auth: address.auth,
    payload,
    ttlSeconds,
    urgency: plan.options.urgency ?? settings.urgency,
    topic: topicOf(occasionOf(message), message.step_index),
    attempts: message.attempts,
    expiresAt: new Date(
      (message.due_at ?? message.created_at).getTime() +
        Math.max(60, message.attempts === 0 ? ttlSeconds : Math.min(ttlSeconds, maxRetrySeconds)) * 1000,
    ),
    vapid: { id: message.vapid_key_id, subject: settings.vapidSubject, ...vapid },
  };
}

/** What a repeat replaces on the device, step by step: the run, or the walk through a drip. */
function occasionOf(message: ClaimedMessage): string {
  return message.enrollment_id ?? message.run_id;
}

function contentOf(message: ClaimedMessage, plan: Plan): Content | undefined {
  if (message.content !== null) return Content.parse(message.content);
  const { walk } = message;
  const step = (walk ? plan.versions.get(walk.version) : plan.contents)?.get(message.step_index);
  return step && contentFor(step, message.variant, message.locale, plan.winner);
}

function openAddress(message: ClaimedMessage): { endpoint: string; auth: string } | undefined {
  try {
    const sealed = message.address_encrypted ?? Buffer.alloc(0);
    const place = {
      table: "subscription",
      column: "address",
      workspaceId: message.workspace_id,
      rowId: message.subscription_id,
    };
    const opened: unknown = JSON.parse(unseal(sealed, place));
    if (typeof opened !== "object" || opened === null || !("endpoint" in opened) || !("auth" in opened))
      return undefined;
    return typeof opened.endpoint === "string" && typeof opened.auth === "string"
      ? { endpoint: opened.endpoint, auth: opened.auth }
      : undefined;
  } catch {
    // Not this row's ciphertext, or a key that is gone: this message fails, the others go on.
    return undefined;
  }
}

function valuesOf(message: ClaimedMessage): Record<string, string | number | null> {
  const attributes = Object.entries(message.attributes ?? {}).map(
    ([key, value]) => [`attribute.${key}`, typeof value === "boolean" ? String(value) : value] as const,
  );
  const { name, country, locale, timezone } = message;
  return { ...Object.fromEntries(attributes), name, externalId: message.external_id, country, locale, timezone };
}
