-- DropIndex
DROP INDEX "subscription_workspace_id_subscriber_id_idx";

-- CreateIndex
CREATE INDEX "subscription_of_person" ON "subscription"("workspace_id", "subscriber_id", "status", "is_test", "site_id", "channel", "browser", "os");

-- By hand from here on: what the schema language cannot say.

-- Lists, newest first; and who counts as one of an audience, answered by the index alone.
DROP INDEX "subscriber_list";
CREATE INDEX "subscriber_list" ON "subscriber"("workspace_id", "id" DESC) INCLUDE ("is_active", "is_test") WHERE NOT "is_deleted";
