-- AlterTable
ALTER TABLE "erasure" ADD COLUMN     "finished_at" TIMESTAMPTZ(3),
ADD COLUMN     "subscriber_id" UUID;

-- By hand: what the sweep finishes.
CREATE INDEX "erasure_open" ON "erasure"("id") WHERE "subscriber_id" IS NOT NULL;
