import "server-only";
import type { Context } from "#lib/context.ts";
import type { Transaction } from "#lib/db.ts";
import { AppError, invalid } from "#lib/errors.ts";
import { findFeedRow } from "#lib/feeds/feeds.ts";
import { neverOccurs, refuseNever } from "#lib/recurrence/preview.ts";
import { nextFiring, wallMs } from "#lib/recurrence/schedule.ts";
import { resolveWall } from "#lib/wall-time.ts";
import { maxSteps } from "./limits.ts";
import { checkLocalTime } from "./local-time.ts";
import type { Audience, CampaignStatus, ScheduleAt, Trigger } from "./schema.ts";

/** What `/schedule` makes of a campaign. */
export interface Activation {
  status: "scheduled" | "running";
  trigger: Trigger;
  /** null: its runs are made by what happens, not by the clock. */
  firstRunAt: Date | null;
  /** When a scheduled one begins to run by itself, without a run of its own. */
  beginsAt?: Date;
}

/** What the house must know about a type of campaign. Methods get the trigger of that type. */
export interface CampaignKind<T extends Trigger> {
  /** It has one run, ever; `/send` makes it at once. */
  readonly hasOneRun: boolean;
  readonly editableIn: readonly CampaignStatus[];
  readonly maxSteps: number;
  reaches(audience: Audience): boolean;
  /** Looks, at create and change, whether what the trigger names exists and can ever happen. @throws AppError */
  check?(tx: Transaction, ctx: Context, trigger: T, siteId: string): Promise<void>;
  /** @throws AppError it cannot begin as it is */
  activate(trigger: T, input: ScheduleAt, now: Date): Activation;
  /** The trigger of a duplicate. */
  copy(trigger: T): T;
}

/** One line a trigger; the compiler names the one that is missing. */
export const campaignKinds: { readonly [Type in Trigger["type"]]: CampaignKind<Extract<Trigger, { type: Type }>> } = {
  one_time: {
    hasOneRun: true,
    editableIn: ["draft", "scheduled"],
    maxSteps: 1,
    reaches: ({ type }) => type !== "event_subject",
    activate(trigger, input, now) {
      const { at, localAt } = input.at || input.localAt ? input : trigger;
      if (localAt !== undefined) {
        const firstRunAt = checkLocalTime(localAt, now, "localAt");
        return { status: "scheduled", trigger: { type: "one_time", localAt }, firstRunAt };
      }
      if (!at) throw invalid("at", "Say when: the campaign's trigger names no time.");
      checkSchedule(at, now, "at");
      return { status: "scheduled", trigger: { type: "one_time", at }, firstRunAt: at };
    },
    copy: () => ({ type: "one_time" }),
  },
  recurring: {
    hasOneRun: false,
    editableIn: ["draft", "scheduled", "running", "paused"],
    maxSteps: 1,
    reaches: ({ type }) => type !== "event_subject",
    // What has only firings in the past can be written, not switched on.
    check: async (_tx, _ctx, trigger) => refuseNever(trigger, new Date(0)),
    activate(trigger, input, now) {
      if (input.at || input.localAt) throw invalid("at", "A recurring campaign begins at its trigger's startsAt.");
      const first = nextFiring(trigger, now);
      if (!first) throw neverOccurs();
      const startsAt = resolveWall(wallMs(trigger.startsAt), trigger.timezone).at;
      return { status: startsAt > now.getTime() ? "scheduled" : "running", trigger, firstRunAt: first.at };
    },
    copy: (trigger) => trigger,
  },
  // Who of those that subscribe from now on; whoever is named one by one is there already.
  welcome: { ...standing(), reaches: ({ type }) => type === "all" || type === "segment" || type === "group" },
  triggered: { ...standing(), reaches: () => true },
  rss: {
    ...standing(),
    maxSteps: 1,
    reaches: ({ type }) => type !== "event_subject",
    async check(tx, ctx, { feedId }, siteId) {
      const feed = await findFeedRow(ctx, feedId, tx);
      if (feed.siteId !== siteId) throw invalid("trigger.feedId", "The feed belongs to another site.");
    },
  },
};

/** What runs from now, or from a time, and answers what happens. The worker begins what is scheduled (lib/drips/advance.ts). */
function standing<T extends Trigger>() {
  return {
    hasOneRun: false,
    editableIn: ["draft", "scheduled", "running", "paused"] as CampaignStatus[],
    maxSteps,
    activate(trigger: T, { at, localAt }: ScheduleAt, now: Date): Activation {
      if (localAt !== undefined) throw invalid("localAt", "Only a one-time campaign has a local time.");
      if (!at) return { status: "running", trigger, firstRunAt: null };
      checkSchedule(at, now, "at");
      return { status: "scheduled", trigger, firstRunAt: null, beginsAt: at };
    },
    copy: (trigger: T) => trigger,
  };
}

/** The kind of a trigger, for whoever holds just any trigger. */
export function kindOf(trigger: Trigger): CampaignKind<Trigger> {
  return campaignKinds[trigger.type];
}

/** Whether a time can be scheduled: in the future, at most a year ahead. @throws validation_error */
export function checkSchedule(at: Date, now: Date, field: string): void {
  if (at.getTime() < now.getTime() - 1000) throw invalid(field, "Must be in the future.");
  if (at.getTime() > now.getTime() + 366 * 86_400_000) throw invalid(field, "At most a year ahead.");
}

/** The trigger of what is sent at once: now is now for everybody, so a local time that it had is given up. */
export function sentNow(trigger: Trigger): Trigger {
  return trigger.type === "one_time" && trigger.localAt !== undefined ? { type: "one_time" } : trigger;
}

/** What begins by itself is not sent by hand. */
export function refuseSendByHand(trigger: Trigger): void {
  if (!kindOf(trigger).hasOneRun)
    throw new AppError("conflict", `A ${trigger.type} campaign is not sent by hand: schedule it to switch it on.`);
}
