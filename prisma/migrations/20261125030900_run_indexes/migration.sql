-- The sweep looks for runs that are due soon, under way, or cancelled lately: each by an index of its own, whatever is planned.
DROP INDEX "run_open";
CREATE INDEX "run_due" ON "run"("due_at") WHERE "status" = 'due';
CREATE INDEX "run_running" ON "run"("id") WHERE "status" = 'running';
CREATE INDEX "run_cancelled" ON "run"("finished_at") WHERE "status" = 'cancelled';
-- Recurring campaigns that wait, for the calendar and for new time zone tables.
CREATE INDEX "campaign_planned" ON "campaign"("workspace_id", "next_run_at") WHERE "next_run_at" IS NOT NULL;
