-- AlterTable
ALTER TABLE "run" ADD COLUMN     "feed_item_id" UUID,
ADD COLUMN     "variables" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "feed" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "poll_minutes" INTEGER NOT NULL DEFAULT 15,
    "max_items_per_hour" INTEGER NOT NULL DEFAULT 4,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "is_deleted" BOOLEAN NOT NULL DEFAULT false,
    "etag" TEXT,
    "last_modified" TEXT,
    "read_since" TIMESTAMPTZ(3),
    "next_fetch_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_fetched_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "nudges" INTEGER NOT NULL DEFAULT 0,
    "nudged_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feed_item" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "feed_id" UUID NOT NULL,
    "guid_hash" BYTEA NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "url" TEXT,
    "image_url" TEXT,
    "author" TEXT,
    "published_at" TIMESTAMPTZ(3),
    "is_old" BOOLEAN NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "feed_workspace_id_site_id_idx" ON "feed"("workspace_id", "site_id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_workspace_id_id_key" ON "feed"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "feed_item_feed_id_id_idx" ON "feed_item"("feed_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_item_feed_id_guid_hash_key" ON "feed_item"("feed_id", "guid_hash");

-- CreateIndex
CREATE UNIQUE INDEX "run_campaign_id_feed_item_id_key" ON "run"("campaign_id", "feed_item_id");

-- AddForeignKey
ALTER TABLE "feed" ADD CONSTRAINT "feed_workspace_id_site_id_fkey" FOREIGN KEY ("workspace_id", "site_id") REFERENCES "site"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feed_item" ADD CONSTRAINT "feed_item_workspace_id_feed_id_fkey" FOREIGN KEY ("workspace_id", "feed_id") REFERENCES "feed"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- By hand: the feeds that are due.
CREATE INDEX "feed_due" ON "feed"("next_fetch_at") WHERE "is_active" AND NOT "is_deleted";
