-- AlterTable
ALTER TABLE "subscriber" ADD COLUMN     "merged_into_id" UUID;

-- Whoever became somebody who is erased goes with them.
CREATE INDEX "subscriber_merged_into" ON "subscriber" ("merged_into_id") WHERE "merged_into_id" IS NOT NULL;
