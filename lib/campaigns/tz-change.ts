import "server-only";
import { audit } from "#lib/audit.ts";
import { now } from "#lib/clock.ts";
import { systemContext } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { nudge } from "#lib/events.ts";
import { log } from "#lib/log.ts";
import { nextFiring } from "#lib/recurrence/schedule.ts";
import { replan } from "./recurring.ts";
import { Trigger } from "./schema.ts";

const settingKey = "tz_data";
const pageSize = 200;
let isSettled = false;

/**
 * Governments change their clocks, and Node's tables follow. When they are others than at the last start, every waiting
 * run of a recurring campaign is put where its rule says by the new ones. Looks once a process; safe to repeat.
 *
 * @param version of the tables
 * @returns how many runs moved
 */
export async function replanAfterTzChange(version = process.versions.tz ?? "unknown"): Promise<number> {
  if (isSettled && version === process.versions.tz) return 0;
  const known = await db.instanceSetting.findUnique({ where: { key: settingKey } });
  const isOther = known !== null && known.value !== version;
  const moved = isOther ? await replanAll() : 0;
  if (isOther) log.info({ from: known.value, to: version, moved }, "the time zone tables changed; planned runs follow");
  if (known === null || isOther)
    await db.instanceSetting.upsert({
      where: { key: settingKey },
      create: { key: settingKey, value: version },
      update: { value: version },
    });
  isSettled = true;
  return moved;
}

/** Over all workspaces, by key. */
async function replanAll(): Promise<number> {
  let moved = 0;
  for (let after = ""; ; ) {
    const page = await db.campaign.findMany({
      where: {
        type: "recurring",
        status: { in: ["scheduled", "running"] },
        isDeleted: false,
        ...(after && { id: { gt: after } }),
      },
      select: { id: true, workspaceId: true },
      orderBy: { id: "asc" },
      take: pageSize,
    });
    for (const campaign of page) if (await replanOne(campaign)) moved++;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return moved;
    after = last.id;
  }
}

async function replanOne({ id, workspaceId }: { id: string; workspaceId: string }): Promise<boolean> {
  const next = await db.$transaction(async (tx) => {
    // Holds the row, so that its run cannot begin meanwhile.
    const { count } = await tx.campaign.updateMany({
      where: { id, workspaceId, status: { in: ["scheduled", "running"] } },
      data: { updatedAt: now() },
    });
    const waiting = await tx.run.findFirst({ where: { workspaceId, campaignId: id, status: "due" } });
    // What is due already is begun or missed by the tables that planned it.
    if (count === 0 || !waiting || waiting.dueAt <= now()) return undefined;
    const row = await tx.campaign.findUniqueOrThrow({ where: { id, workspaceId }, select: { trigger: true } });
    const trigger = Trigger.parse(row.trigger);
    if (trigger.type !== "recurring" || !nextFiring(trigger, now())) return undefined;
    const planned = await replan(tx, { id, workspaceId }, trigger, now());
    if (!planned || planned.dueAt.getTime() === waiting.dueAt.getTime()) return undefined;
    await tx.campaign.update({ where: { id, workspaceId }, data: { nextRunAt: planned.dueAt } });
    await audit(tx, systemContext(workspaceId), {
      action: "campaign.clocks_changed",
      entityType: "campaign",
      entityId: id,
      details: { from: waiting.dueAt.toISOString(), to: planned.dueAt.toISOString() },
    });
    return planned;
  });
  if (next) nudge({ kind: "due", workspaceId, ...next });
  return next !== undefined;
}
