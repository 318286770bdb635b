-- CreateEnum
CREATE TYPE "approval_status" AS ENUM ('requested', 'approved', 'rejected', 'dropped');

-- AlterTable
ALTER TABLE "message" ADD COLUMN     "due_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "decide_at" TIMESTAMPTZ(3),
ADD COLUMN     "winner_at" TIMESTAMPTZ(3),
ADD COLUMN     "winner_by" TEXT,
ADD COLUMN     "winner_variant" SMALLINT;

-- AlterTable
ALTER TABLE "subscriber" ADD COLUMN     "quiet_hours" JSONB;

-- CreateTable
CREATE TABLE "subscriber_touch" (
    "workspace_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "keys" TEXT[],
    "ats" TIMESTAMPTZ(3)[],

    CONSTRAINT "subscriber_touch_pkey" PRIMARY KEY ("site_id","subscriber_id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "status" "approval_status" NOT NULL DEFAULT 'requested',
    "submitted" JSONB NOT NULL,
    "note" TEXT,
    "requested_by_user_id" UUID NOT NULL,
    "decided_by_user_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "decision_note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "subscriber_touch_workspace_id_subscriber_id_idx" ON "subscriber_touch"("workspace_id", "subscriber_id");

-- CreateIndex
CREATE INDEX "approval_campaign_id_id_idx" ON "approval"("campaign_id", "id" DESC);

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_workspace_id_campaign_id_fkey" FOREIGN KEY ("workspace_id", "campaign_id") REFERENCES "campaign"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One open request a campaign, whoever asks at once.
CREATE UNIQUE INDEX "approval_open" ON "approval"("campaign_id") WHERE "status" = 'requested';
CREATE INDEX "approval_list" ON "approval"("workspace_id", "id" DESC);

-- A zone that this server knows, else the other one: browsers may name zones that are newer than the server's tables.
CREATE FUNCTION "known_zone"("zone" text, "other" text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF zone IS NULL OR zone = other THEN RETURN other; END IF;
  PERFORM now() AT TIME ZONE zone;
  RETURN zone;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN other;
END $$;

-- The instant of a wall time, as lib/wall-time.ts: what exists twice is the first; what does not exist is read with the
-- offset before the gap. PostgreSQL's own AT TIME ZONE takes the second of two.
CREATE FUNCTION "instant_of_wall_time"("wall" timestamp, "zone" text) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  utc CONSTANT timestamptz := wall AT TIME ZONE 'UTC';
  day_before CONSTANT timestamptz := utc - interval '24 hours';
  day_after CONSTANT timestamptz := utc + interval '24 hours';
  first_try CONSTANT timestamptz := utc - ((day_before AT TIME ZONE zone) - (day_before AT TIME ZONE 'UTC'));
  second_try CONSTANT timestamptz := utc - ((day_after AT TIME ZONE zone) - (day_after AT TIME ZONE 'UTC'));
BEGIN
  IF first_try AT TIME ZONE zone = wall OR second_try AT TIME ZONE zone <> wall THEN RETURN first_try; END IF;
  RETURN second_try;
END $$;

-- An instant, or the end of the quiet hours {from, to} that it lies in by the zone's clock. "from" belongs to them, "to" does not.
CREATE FUNCTION "after_quiet_window"("moment" timestamptz, "zone" text, "quiet" jsonb) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  wall timestamp;
  starts time;
  ends time;
BEGIN
  IF quiet IS NULL OR jsonb_typeof(quiet) <> 'object' THEN RETURN moment; END IF;
  wall := moment AT TIME ZONE zone;
  starts := (quiet ->> 'from')::time;
  ends := (quiet ->> 'to')::time;
  IF starts < ends THEN
    IF wall::time < starts OR wall::time >= ends THEN RETURN moment; END IF;
    RETURN greatest(moment, instant_of_wall_time(wall::date + ends, zone));
  END IF;
  IF wall::time < starts AND wall::time >= ends THEN RETURN moment; END IF;
  RETURN greatest(moment, instant_of_wall_time(wall::date + CASE WHEN wall::time >= starts THEN 1 ELSE 0 END + ends, zone));
END $$;

-- The first instant from "moment" on that lies neither in the quiet hours of the send nor in the person's own. Where the two leave
-- no hour of the day, it gives up after a few steps: quiet hours shift, they never drop.
CREATE FUNCTION "after_quiet_hours"("moment" timestamptz, "zone" text, "quiet" jsonb, "own" jsonb) RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  result timestamptz := moment;
  before timestamptz;
BEGIN
  FOR step IN 1..3 LOOP
    before := result;
    result := after_quiet_window(after_quiet_window(result, zone, quiet), zone, own);
    EXIT WHEN result = before;
  END LOOP;
  RETURN result;
END $$;
