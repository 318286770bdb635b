-- AlterTable
ALTER TABLE "subscription" ADD COLUMN     "device_hash" BYTEA;

-- AlterTable
ALTER TABLE "vapid_key" ADD COLUMN     "is_imported" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "push_pace" (
    "workspace_id" UUID NOT NULL,
    "vapid_key_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "rate_per_minute" INTEGER NOT NULL,
    "hold_until" TIMESTAMPTZ(3) NOT NULL,
    "next_slot_at" TIMESTAMPTZ(3) NOT NULL,
    "line_ends_at" TIMESTAMPTZ(3) NOT NULL,
    "slow_until" TIMESTAMPTZ(3) NOT NULL,
    "limited_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_pace_pkey" PRIMARY KEY ("vapid_key_id","origin")
);

-- CreateTable
CREATE TABLE "campaign_pace" (
    "workspace_id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "next_slot_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "campaign_pace_pkey" PRIMARY KEY ("campaign_id")
);

-- CreateTable
CREATE TABLE "health_day" (
    "workspace_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "vapid_key_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "browser" TEXT NOT NULL,
    "fact" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "count" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "health_day_pkey" PRIMARY KEY ("site_id","day","fact","reason","vapid_key_id","origin","browser")
);

-- CreateIndex
CREATE INDEX "push_pace_workspace_id_idx" ON "push_pace"("workspace_id");

-- CreateIndex
CREATE INDEX "health_day_workspace_id_day_idx" ON "health_day"("workspace_id", "day");

-- One logical device a browser: of the addresses that it had, one is active.
CREATE UNIQUE INDEX "subscription_device_key" ON "subscription"("site_id", "device_hash") WHERE device_hash IS NOT NULL AND status = 'active';

-- What is known of the devices that are here already.
INSERT INTO "health_day" ("workspace_id", "site_id", "day", "vapid_key_id", "origin", "browser", "fact", "reason", "count")
SELECT workspace_id, site_id, (created_at AT TIME ZONE 'UTC')::date, vapid_key_id, coalesce(origin, ''), coalesce(browser, ''), 'subscribed', '', count(*)
  FROM "subscription" WHERE NOT is_test AND site_id IS NOT NULL AND vapid_key_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL
SELECT workspace_id, site_id, (coalesce(status_changed_at, updated_at) AT TIME ZONE 'UTC')::date, vapid_key_id, coalesce(origin, ''), coalesce(browser, ''), 'lost',
       coalesce(status_reason, status::text), count(*)
  FROM "subscription" WHERE NOT is_test AND site_id IS NOT NULL AND vapid_key_id IS NOT NULL AND status <> 'active' GROUP BY 1, 2, 3, 4, 5, 6, 8;
