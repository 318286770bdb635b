-- CreateTable
CREATE TABLE "message_queue" (
    "message_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "is_direct" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "message_queue_pkey" PRIMARY KEY ("message_id")
);

-- CreateTable
CREATE TABLE "claim" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "workspace_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "slice_id" UUID NOT NULL,
    "worker" INTEGER NOT NULL,
    "message_ids" UUID[],

    CONSTRAINT "claim_pkey" PRIMARY KEY ("id")
);

-- By hand from here on: what the schema language cannot say.

-- What waits and what is in hand now. The workers that had it are gone when this runs: the first look frees it.
INSERT INTO "message_queue" ("message_id", "workspace_id", "run_id", "next_at", "is_direct")
SELECT "id", "workspace_id", "run_id", "next_at", "content" IS NOT NULL FROM "message" WHERE "status" = 'queued';
INSERT INTO "claim" ("workspace_id", "run_id", "slice_id", "worker", "message_ids")
SELECT "workspace_id", "run_id", uuidv7(), "claimed_by", array_agg("id") FROM "message" WHERE "status" = 'sending' AND "claimed_by" IS NOT NULL
 GROUP BY "workspace_id", "run_id", "claimed_by";

CREATE INDEX "message_queue_run_id_next_at_idx" ON "message_queue"("run_id", "next_at");
CREATE INDEX "claim_run_id_idx" ON "claim"("run_id");
-- Messages outside a run that wait: the sweep looks for those that nobody delivers.
CREATE INDEX "message_queue_direct" ON "message_queue"("next_at") WHERE "is_direct";

-- From now on no index of the ledger knows of a column that a claim or a success writes.
DROP INDEX "message_queued";
DROP INDEX "message_direct_queued";
DROP INDEX "message_sending";
DROP INDEX "message_problem";
-- This writes the table anew, packed; what comes then leaves half of each page for the row's next versions, which the page itself
-- lets go again. (On its own that room is what the dead versions and index entries took before.)
ALTER TABLE "message" ADD COLUMN "problem" "message_status"
  GENERATED ALWAYS AS (NULLIF(NULLIF(NULLIF("status", 'queued'), 'sending'), 'sent')) STORED;
ALTER TABLE "message" SET (fillfactor = 50);
-- The ledger's problems, by kind; what went well is listed by (campaign_id, id).
CREATE INDEX "message_problem" ON "message"("campaign_id", "problem", "id") WHERE "problem" IS NOT NULL;
