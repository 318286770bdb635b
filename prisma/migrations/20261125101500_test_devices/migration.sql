-- The test devices of a site, lately seen first: a handful among a million others.
CREATE INDEX "subscription_test" ON "subscription"("site_id", "last_seen_at" DESC) WHERE "is_test";
