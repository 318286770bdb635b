-- AlterTable
ALTER TABLE "steps_version" ADD COLUMN     "left_at" TIMESTAMPTZ(3);

-- Finished walks of triggered campaigns by age, for retention. Those of a welcome stay: they are the memory of "once each".
CREATE INDEX "enrollment_finished" ON "enrollment"("campaign_id", "finished_at") WHERE "event_id" IS NOT NULL AND "finished_at" IS NOT NULL;
