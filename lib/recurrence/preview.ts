import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { now } from "#lib/clock.ts";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { offsetMs } from "#lib/wall-time.ts";
import { firingsAfter } from "./firings.ts";
import { scheduleOf, wallText } from "./schedule.ts";
import type { PreviewedFirings, RecurringTrigger, SchedulePreview } from "./schema.ts";

/** A rule that cannot fire, such as one for 30 February, or one whose end is past. */
export function neverOccurs(): AppError {
  const message = "This rule never fires again.";
  return new AppError("never_occurs", message, { fields: { "trigger.rrule": [message] } });
}

/**
 * The next firings of a recurring trigger, by its own clocks and a subscriber's.
 *
 * @throws never_occurs there is none
 */
export function previewSchedule(ctx: Context, input: SchedulePreview): PreviewedFirings {
  authorize(ctx, "campaigns:read");
  const after = input.after ?? now();
  const firings = firingsAfter(scheduleOf(input.trigger), after, input.count);
  if (firings.length === 0) throw neverOccurs();
  const zone = input.subscriberTimezone;
  let offset = offsetMs(after.getTime(), input.trigger.timezone);
  return {
    data: firings.map(({ at, wall, note }) => {
      const before = offset;
      offset = wall - at.getTime();
      const said = note ?? (offset === before ? undefined : ("clocks_changed" as const));
      return {
        at,
        local: wallText(wall),
        ...(zone && { subscriberLocal: wallText(at.getTime() + offsetMs(at.getTime(), zone)) }),
        ...(said && { note: said }),
      };
    }),
  };
}

/** @throws never_occurs the trigger has no firing after `after` */
export function refuseNever(trigger: RecurringTrigger, after: Date): void {
  if (firingsAfter(scheduleOf(trigger), after, 1).length === 0) throw neverOccurs();
}
