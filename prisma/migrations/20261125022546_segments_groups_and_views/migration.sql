-- AlterEnum
ALTER TYPE "member_role" ADD VALUE 'custodian';

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "audience" JSONB;

-- AlterTable
ALTER TABLE "subscriber" ADD COLUMN     "is_test" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "segment" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "site_id" UUID,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "rules" JSONB NOT NULL,
    "estimated_count" INTEGER,
    "estimated_at" TIMESTAMPTZ(3),
    "is_deleted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "segment_day" (
    "workspace_id" UUID NOT NULL,
    "segment_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "segment_day_pkey" PRIMARY KEY ("segment_id","day")
);

-- CreateTable
CREATE TABLE "subscriber_group" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "is_deleted" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriber_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_member" (
    "workspace_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "subscriber_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("group_id","subscriber_id")
);

-- CreateTable
CREATE TABLE "group_custodian" (
    "workspace_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "subscriber_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_custodian_pkey" PRIMARY KEY ("group_id","member_id")
);

-- CreateTable
CREATE TABLE "saved_view" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "area" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "created_by_user_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "segment_workspace_id_id_key" ON "segment"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriber_group_workspace_id_id_key" ON "subscriber_group"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "group_member_workspace_id_subscriber_id_idx" ON "group_member"("workspace_id", "subscriber_id");

-- CreateIndex
CREATE INDEX "group_custodian_workspace_id_member_id_idx" ON "group_custodian"("workspace_id", "member_id");

-- CreateIndex
CREATE UNIQUE INDEX "saved_view_workspace_id_area_name_key" ON "saved_view"("workspace_id", "area", "name");

-- CreateIndex
CREATE UNIQUE INDEX "member_workspace_id_id_key" ON "member"("workspace_id", "id");

-- AddForeignKey
ALTER TABLE "segment" ADD CONSTRAINT "segment_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "segment" ADD CONSTRAINT "segment_workspace_id_site_id_fkey" FOREIGN KEY ("workspace_id", "site_id") REFERENCES "site"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "segment_day" ADD CONSTRAINT "segment_day_workspace_id_segment_id_fkey" FOREIGN KEY ("workspace_id", "segment_id") REFERENCES "segment"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriber_group" ADD CONSTRAINT "subscriber_group_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_workspace_id_group_id_fkey" FOREIGN KEY ("workspace_id", "group_id") REFERENCES "subscriber_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_workspace_id_subscriber_id_fkey" FOREIGN KEY ("workspace_id", "subscriber_id") REFERENCES "subscriber"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_custodian" ADD CONSTRAINT "group_custodian_workspace_id_group_id_fkey" FOREIGN KEY ("workspace_id", "group_id") REFERENCES "subscriber_group"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_custodian" ADD CONSTRAINT "group_custodian_workspace_id_member_id_fkey" FOREIGN KEY ("workspace_id", "member_id") REFERENCES "member"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand from here on: what the schema language cannot say.

-- People whose every device is a test device.
UPDATE "subscriber" u SET "is_test" = true
 WHERE EXISTS (SELECT 1 FROM "subscription" t WHERE t.workspace_id = u.workspace_id AND t.subscriber_id = u.id AND t.is_test)
   AND NOT EXISTS (SELECT 1 FROM "subscription" t WHERE t.workspace_id = u.workspace_id AND t.subscriber_id = u.id AND NOT t.is_test);

-- People by tag, by attribute and by any part of name or external id, each within one workspace.
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX "subscriber_tags" ON "subscriber" USING gin ("workspace_id", "tags") WHERE NOT "is_deleted";
CREATE INDEX "subscriber_attributes" ON "subscriber" USING gin ("workspace_id", "attributes" jsonb_path_ops) WHERE NOT "is_deleted";
CREATE INDEX "subscriber_search" ON "subscriber"
  USING gin ("workspace_id", (lower(coalesce("name", '') || ' ' || coalesce("external_id", ''))) gin_trgm_ops) WHERE NOT "is_deleted";

-- Who did an event, and when, without the events themselves.
CREATE INDEX "event_done" ON "event"("workspace_id", "name", "at", "subscriber_id") WHERE "type" = 'custom';
