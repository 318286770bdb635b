-- CreateEnum
CREATE TYPE "enrollment_status" AS ENUM ('active', 'completed', 'stopped');

-- DropIndex
DROP INDEX "message_run_id_step_index_subscription_id_key";

-- AlterTable
ALTER TABLE "campaign" ADD COLUMN     "least_version" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "steps_version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "campaign_step" ADD COLUMN     "key" SMALLINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "message" ADD COLUMN     "enrollment_id" UUID;

-- CreateTable
CREATE TABLE "steps_version" (
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "delays" INTEGER[],
    "keys" SMALLINT[],
    "steps" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "steps_version_pkey" PRIMARY KEY ("campaign_id","version")
);

-- CreateTable
CREATE TABLE "enrollment" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "event_id" UUID,
    "variables" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL,
    "position" SMALLINT NOT NULL DEFAULT 0,
    "status" "enrollment_status" NOT NULL DEFAULT 'active',
    "reason" TEXT,
    "is_test" BOOLEAN NOT NULL DEFAULT false,
    "next_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrollment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrollment_count" (
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "step_key" SMALLINT NOT NULL,
    "waiting" INTEGER NOT NULL DEFAULT 0,
    "passed" INTEGER NOT NULL DEFAULT 0,
    "stopped" INTEGER NOT NULL DEFAULT 0,
    "completed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "enrollment_count_pkey" PRIMARY KEY ("campaign_id","step_key")
);

-- CreateTable
CREATE TABLE "event_inbox" (
    "event_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_inbox_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "firing" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "severity" TEXT,
    "is_test" BOOLEAN NOT NULL DEFAULT false,
    "enrollment_id" UUID,
    "run_id" UUID,
    "properties" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "firing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cooldown" (
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "fired_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cooldown_pkey" PRIMARY KEY ("campaign_id","subject_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "enrollment_subscriber_id_campaign_id_event_id_key" ON "enrollment"("subscriber_id", "campaign_id", "event_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "event_inbox_next_at_idx" ON "event_inbox"("next_at");

-- CreateIndex
CREATE INDEX "firing_campaign_id_id_idx" ON "firing"("campaign_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "firing_campaign_id_event_id_key" ON "firing"("campaign_id", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "message_run_id_step_index_subscription_id_enrollment_id_key" ON "message"("run_id", "step_index", "subscription_id", "enrollment_id") NULLS NOT DISTINCT;

-- AddForeignKey
ALTER TABLE "steps_version" ADD CONSTRAINT "steps_version_workspace_id_campaign_id_fkey" FOREIGN KEY ("workspace_id", "campaign_id") REFERENCES "campaign"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_workspace_id_campaign_id_fkey" FOREIGN KEY ("workspace_id", "campaign_id") REFERENCES "campaign"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_workspace_id_subscriber_id_fkey" FOREIGN KEY ("workspace_id", "subscriber_id") REFERENCES "subscriber"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand from here on: what the schema language cannot say. (So are the two NULLS NOT DISTINCT above: a run's messages have no
-- enrollment, a welcome's enrollments no event, and there is one of each all the same.)

UPDATE "campaign_step" SET "key" = "index";

-- A step of an enrollment reaches a device once, whatever version, day or crash.
CREATE UNIQUE INDEX "message_enrollment" ON "message"("enrollment_id", "step_index", "subscription_id") WHERE "enrollment_id" IS NOT NULL;
-- Steps that are due, campaign by campaign and version by version.
CREATE INDEX "enrollment_due" ON "enrollment"("campaign_id", "version", "next_at") WHERE "status" = 'active';
-- Who listens: campaigns that subscribing, an event, or an event that ends them concerns.
CREATE INDEX "campaign_drip" ON "campaign"("type", "status") WHERE "type" IN ('welcome', 'triggered');
CREATE INDEX "campaign_welcome" ON "campaign"("site_id") WHERE "type" = 'welcome' AND "status" IN ('running', 'paused');
CREATE INDEX "campaign_event" ON "campaign"("workspace_id", ("trigger"->>'event')) WHERE "type" = 'triggered' AND "status" = 'running';
CREATE INDEX "campaign_stop_event" ON "campaign"("workspace_id", ("trigger"->>'stopEvent')) WHERE "status" IN ('running', 'paused') AND "trigger"->>'stopEvent' IS NOT NULL;
-- Events of a workspace's own, newest first, of one name or all.
CREATE INDEX "event_custom_name" ON "event"("workspace_id", "name", "id") WHERE "type" = 'custom';
CREATE INDEX "event_custom" ON "event"("workspace_id", "id") WHERE "type" = 'custom';
