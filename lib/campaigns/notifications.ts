import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Content } from "#lib/content/schema.ts";
import type { Context } from "#lib/context.ts";
import { AppError, type FieldErrors, notFound } from "#lib/errors.ts";
import type { Page } from "#lib/schema.ts";
import { getSite } from "#lib/sites/sites.ts";
import { createCampaign, getCampaign, listCampaigns, updateCampaign } from "./campaigns.ts";
import { scheduleCampaign } from "./moves.ts";
import type { NewNotification, Notification, NotificationChanges } from "./notification-schema.ts";
import type { Campaign, CampaignFilter } from "./schema.ts";
import { checkSchedule } from "./types.ts";

/** The site's campaigns in the flat shape, newest first. @throws not_found the site */
export async function listNotifications(
  ctx: Context,
  siteId: string,
  filter: Omit<CampaignFilter, "siteId">,
): Promise<Page<Notification>> {
  await getSite(ctx, siteId);
  const page = await listCampaigns(ctx, { ...filter, siteId });
  return { ...page, data: page.data.map(toNotification) };
}

/** @throws not_found */
export async function getNotification(ctx: Context, id: string): Promise<Notification> {
  return toNotification(await getCampaign(ctx, id));
}

/**
 * Makes a campaign to everybody of the site, named by its title; with `scheduledAt` it is scheduled, else a draft.
 *
 * @throws not_found the site or the segment · validation_error · payload_too_large · conflict the site is paused
 */
export async function createNotification(ctx: Context, siteId: string, input: NewNotification): Promise<Notification> {
  refuseSegment(input.segmentId);
  const at = input.scheduledAt ?? undefined;
  if (at) {
    authorize(ctx, "campaigns:send");
    checkSchedule(at, now(), "scheduledAt");
  }
  const campaign = await inFlatWords(() =>
    createCampaign(ctx, {
      name: input.title,
      siteId,
      channel: "web_push",
      trigger: { type: "one_time", ...(at && { at }) },
      audience: { type: "all" },
      steps: [{ delayMinutes: 0, content: contentOf(input, { title: input.title, message: input.message }) }],
      options: {},
    }),
  );
  return toNotification(at ? await scheduleCampaign(ctx, campaign.id, { at }) : campaign);
}

/**
 * Changes a draft or a scheduled campaign; what is not given stays, null takes away.
 *
 * @throws not_found · conflict · validation_error · payload_too_large
 */
export async function updateNotification(
  ctx: Context,
  id: string,
  changes: NotificationChanges,
): Promise<Notification> {
  refuseSegment(changes.segmentId);
  const { steps } = await getCampaign(ctx, id);
  const [step] = steps;
  if (!step) throw notFound("Campaign");
  if (step.variants)
    throw new AppError(
      "conflict",
      "This campaign tests variants, which this flat shape cannot show. Edit it as a campaign.",
    );
  const at = changes.scheduledAt;
  if (at) checkSchedule(at, now(), "scheduledAt");
  const { scheduledAt: _, segmentId: __, ...texts } = changes;
  if (Object.keys(texts).length > 0)
    await inFlatWords(() =>
      updateCampaign(ctx, id, {
        ...(changes.title !== undefined && { name: changes.title }),
        steps: [{ ...step, delayMinutes: 0, content: contentOf(changes, step.content) }],
      }),
    );
  return toNotification(at ? await scheduleCampaign(ctx, id, { at }) : await getCampaign(ctx, id));
}

/** Segments come with their own area; until then no id of one can be known. */
function refuseSegment(segmentId: string | null | undefined): void {
  if (typeof segmentId === "string") throw notFound("Segment");
}

function contentOf(flat: NotificationChanges, before: Content): Content {
  const given: Record<string, unknown> = {
    title: flat.title,
    message: flat.message,
    url: flat.destinationUrl,
    iconUrl: flat.iconUrl,
    imageUrl: flat.imageUrl,
    utm: flat.utmParams,
    actions: flat.actionButtons,
  };
  const changed = Object.entries(given).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...before, ...Object.fromEntries(changed) }).filter(([, value]) => value !== null);
  // Every value came through the shape of its own field above.
  return Object.fromEntries(merged) as Content;
}

const flatNames: Record<string, string> = {
  name: "title",
  url: "destinationUrl",
  utm: "utmParams",
  actions: "actionButtons",
};

/** Renames the fields of an error to those that this caller sent: steps.0.content.url → destinationUrl. */
async function inFlatWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error;
    const fields: FieldErrors = Object.fromEntries(
      Object.entries(error.fields).map(([field, messages]) => {
        const [name = field, ...rest] = field.replace(/^steps\.0\.content\./, "").split(".");
        return [[flatNames[name] ?? name, ...rest].join("."), messages];
      }),
    );
    throw new AppError(error.code, error.message, { fields });
  }
}

/** A campaign in the flat shape: its first step and the time it is or was due. */
export function toNotification(campaign: Campaign): Notification {
  const content = campaign.steps[0]?.content;
  const { id, siteId, type, status, statusReason, startedAt, finishedAt, createdAt, updatedAt } = campaign;
  return {
    id,
    siteId,
    type,
    status,
    statusReason,
    title: content?.title ?? campaign.name,
    message: content?.message ?? "",
    destinationUrl: content?.url ?? null,
    iconUrl: content?.iconUrl ?? null,
    imageUrl: content?.imageUrl ?? null,
    utmParams: content?.utm ?? null,
    actionButtons: content?.actions ?? [],
    scheduledAt: campaign.nextRunAt ?? (campaign.trigger.type === "one_time" ? campaign.trigger.at : null) ?? null,
    startedAt,
    finishedAt,
    createdAt,
    updatedAt,
  };
}
