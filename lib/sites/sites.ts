import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { db, query, type Transaction } from "#lib/db.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { isId, newId } from "#lib/ids.ts";
import { decodeCursor, toPage } from "#lib/pages.ts";
import type { Page, PageQuery } from "#lib/schema.ts";
import type { Prisma } from "#prisma/generated/client.ts";
import { addVapidKey } from "./new-key.ts";
import { NewSite, type Site, SiteChanges, SiteCheckIn, SiteSettings, type SiteSettingsInput } from "./schema.ts";

const include = {
  vapidKeys: { where: { retiredAt: null, isImported: false }, orderBy: { createdAt: "desc" }, take: 1 },
} as const;
type SiteRow = Prisma.SiteGetPayload<{ include: typeof include }>;

/** Sites of the workspace, newest first. */
export async function listSites(ctx: Context, page: PageQuery): Promise<Page<Site>> {
  authorize(ctx, "sites:read");
  const where = { workspaceId: ctx.workspaceId, isDeleted: false };
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).id;
  const [rows, total] = await Promise.all([
    db.site.findMany({
      where: after === undefined ? where : { ...where, id: { lt: after } },
      include,
      orderBy: { id: "desc" },
      take: page.pageSize + 1,
      skip: after === undefined ? (page.page - 1) * page.pageSize : 0,
    }),
    after === undefined ? db.site.count({ where }) : undefined,
  ]);
  const counts = await subscriberCounts(ctx.workspaceId);
  return toPage(rows, page, total, (row) => toSite(row, counts.get(row.id) ?? 0));
}

/**
 * One site.
 *
 * @throws not_found no such site in ctx's workspace
 */
export async function getSite(ctx: Context, id: string): Promise<Site> {
  authorize(ctx, "sites:read");
  const row = await findSite(ctx, id);
  const counts = await subscriberCounts(ctx.workspaceId, id);
  return toSite(row, counts.get(row.id) ?? 0);
}

/**
 * Adds a site and makes its VAPID key pair. Settings that are not given get sensible defaults: its own origin allowed,
 * the creator's (or owner's) e-mail as the VAPID subject.
 *
 * @throws validation_error a field is wrong
 */
export async function createSite(ctx: Context, input: NewSite): Promise<Site> {
  authorize(ctx, "sites:write");
  const site = NewSite.parse(input);
  const url = new URL(site.url);
  const settings = { ...(await defaultSettings(ctx, site.name, url)) };
  const id = newId();
  const row = await db.$transaction(async (tx) => {
    await tx.site.create({
      data: {
        id,
        workspaceId: ctx.workspaceId,
        name: site.name.trim(),
        url: url.href,
        settings: applySettings(settings, site.settings),
      },
    });
    await addVapidKey(tx, ctx.workspaceId, id);
    await audit(tx, ctx, {
      action: "site.create",
      entityType: "site",
      entityId: id,
      details: { name: site.name, url: url.href },
    });
    return tx.site.findUniqueOrThrow({ where: { id }, include });
  });
  return toSite(row, 0);
}

/**
 * Changes name, URL or settings; settings that are not given stay.
 *
 * @throws not_found · validation_error
 */
export async function updateSite(ctx: Context, id: string, input: SiteChanges): Promise<Site> {
  authorize(ctx, "sites:write");
  const changes = SiteChanges.parse(input);
  await db.$transaction(async (tx) => {
    const before = await findSite(ctx, id, tx);
    const settings = applySettings(SiteSettings.parse(before.settings), changes.settings);
    await tx.site.update({
      where: { id, workspaceId: ctx.workspaceId },
      data: {
        settings,
        ...(changes.name === undefined ? {} : { name: changes.name.trim() }),
        ...(changes.url === undefined ? {} : { url: new URL(changes.url).href }),
      },
    });
    await audit(tx, ctx, {
      action: "site.update",
      entityType: "site",
      entityId: id,
      details: { fields: Object.keys({ ...changes, ...changes.settings }) },
    });
  });
  return getSite(ctx, id);
}

/**
 * Removes a site: nothing more is sent to its subscribers and its SDK is answered 404. The rows stay until erased.
 *
 * @throws not_found · conflict a campaign of the site is scheduled, running or paused
 */
export async function deleteSite(ctx: Context, id: string): Promise<void> {
  authorize(ctx, "sites:write");
  await db.$transaction(async (tx) => {
    await findSite(ctx, id, tx);
    const busy = await tx.campaign.count({
      where: {
        workspaceId: ctx.workspaceId,
        siteId: id,
        isDeleted: false,
        status: { in: ["scheduled", "running", "paused"] },
      },
    });
    if (busy > 0)
      throw new AppError(
        "conflict",
        `${busy} campaign${busy === 1 ? " is" : "s are"} scheduled, running or paused for this site. Cancel first.`,
      );
    await tx.site.update({ where: { id, workspaceId: ctx.workspaceId }, data: { isDeleted: true } });
    await audit(tx, ctx, { action: "site.delete", entityType: "site", entityId: id });
  });
}

/** Clears the reason that stops a site's sends, and the breakers of its keys, so that sending goes on. */
export async function resumeSite(ctx: Context, id: string): Promise<Site> {
  authorize(ctx, "sites:write");
  await db.$transaction(async (tx) => {
    await findSite(ctx, id, tx);
    await tx.site.update({ where: { id, workspaceId: ctx.workspaceId }, data: { pausedReason: null } });
    const keys = await tx.vapidKey.findMany({
      where: { workspaceId: ctx.workspaceId, siteId: id },
      select: { id: true },
    });
    await tx.pushBreaker.deleteMany({
      where: { workspaceId: ctx.workspaceId, vapidKeyId: { in: keys.map((key) => key.id) } },
    });
    await audit(tx, ctx, { action: "site.resume", entityType: "site", entityId: id });
  });
  return getSite(ctx, id);
}

/** The row of a site of ctx's workspace that is not deleted. */
export async function findSite(ctx: Context, id: string, tx: Transaction = db): Promise<SiteRow> {
  const row = isId(id)
    ? await tx.site.findFirst({ where: { id, workspaceId: ctx.workspaceId, isDeleted: false }, include })
    : null;
  if (!row) throw notFound("Site");
  return row;
}

async function defaultSettings(ctx: Context, name: string, url: URL): Promise<SiteSettings> {
  const owner = await db.member.findFirst({
    where: { workspaceId: ctx.workspaceId, role: "owner", status: "active" },
    select: { user: { select: { email: true } } },
    orderBy: { id: "asc" },
  });
  return {
    timezone: "UTC",
    vapidSubject: `mailto:${owner?.user.email ?? "push@example.com"}`,
    ttlSeconds: 86_400,
    urgency: "normal",
    iconUrl: null,
    utm: { source: "pushpilot", medium: "web_push" },
    valuePerClick: 0,
    currency: "USD",
    allowedOrigins: [url.origin],
    prompt: {
      enabled: true,
      title: `Stay in the loop with ${name.slice(0, 40)}`,
      message: "Get a short notification when there is news. You can turn it off at any time.",
      accept: "Allow",
      decline: "Not now",
      delaySeconds: 3,
      afterPageViews: 1,
      backOffDays: 7,
      position: "top",
      accentColor: "#4f46e5",
    },
    quietHours: null,
    frequencyCap: null,
    signedIdentity: false,
    identityKeyVersion: 1,
    categories: [],
    preferenceButton: false,
  };
}

function applySettings(
  settings: SiteSettings,
  changes: (typeof SiteSettingsInput)["_output"] | undefined,
): SiteSettings {
  const merged = { ...settings, ...changes, prompt: { ...settings.prompt, ...changes?.prompt } };
  return { ...merged, allowedOrigins: [...new Set(merged.allowedOrigins.map((origin) => new URL(origin).origin))] };
}

/** Active subscriptions per site, from the kept day counts (never a scan of the audience). */
async function subscriberCounts(workspaceId: string, siteId?: string): Promise<Map<string, number>> {
  const rows = await query<{ site_id: string; count: number }>(
    `SELECT site_id, sum(subscribed - unsubscribed - expired)::int AS count FROM site_day
      WHERE workspace_id = $1 AND ($2::uuid IS NULL OR site_id = $2) GROUP BY site_id`,
    [workspaceId, siteId ?? null],
  );
  return new Map(rows.map((row) => [row.site_id, row.count]));
}

function toSite(row: SiteRow, subscriberCount: number): Site {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    vapidPublicKey: row.vapidKeys[0]?.publicKey ?? "",
    settings: SiteSettings.parse(row.settings),
    status: row.pausedReason === null ? "active" : "paused",
    pausedReason: row.pausedReason,
    subscriberCount,
    checkIn: row.checkIn === null ? null : SiteCheckIn.parse(row.checkIn),
    checkedInAt: row.checkedInAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
