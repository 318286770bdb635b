import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { readWallTime } from "#lib/wall-time.ts";
import { TypedTime, type TypedTimeMeaning } from "./schema.ts";

interface Once {
  at?: Date | undefined;
  localAt?: string | undefined;
  wallTime?: string | undefined;
  timezone?: string | undefined;
}

/** The instant of a wall time in a zone. @throws time_does_not_exist */
export function readTypedTime(ctx: Context, input: TypedTime): TypedTimeMeaning {
  authorize(ctx, "campaigns:read");
  return meaningOf(input, "wallTime");
}

/**
 * What a typed wall time means.
 *
 * @throws time_does_not_exist the clocks skip it; the text names the next that exists
 */
function meaningOf({ wallTime, timezone }: TypedTime, field: string): TypedTimeMeaning {
  const read = readWallTime(wallTime, timezone);
  if (read?.kind === "once") return { at: read.at };
  if (read?.kind === "overlap") return { at: read.at, second: read.second };
  const message = `The clocks of ${timezone} skip ${wallTime.replace("T", " ")}. The next time that exists is ${read?.next}.`;
  throw new AppError("time_does_not_exist", message, { fields: { [field]: [message] } });
}

/**
 * A time with its wall time, if it has one, turned into the instant. Of a wall time that comes twice it is the first.
 *
 * @param siteZone where no zone is named
 * @param path of the fields, such as `trigger.`; empty for none
 * @throws time_does_not_exist
 */
export function withInstant<Given extends Once>(given: Given, siteZone: string, path: string): Given {
  const { wallTime, timezone = siteZone, ...rest } = given;
  if (wallTime === undefined) return given;
  const { at } = meaningOf(TypedTime.parse({ wallTime, timezone }), `${path}wallTime`);
  return { ...(rest as Given), at };
}
