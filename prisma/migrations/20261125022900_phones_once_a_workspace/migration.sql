-- Addresses of channels that belong to no site are unique within their workspace.
CREATE UNIQUE INDEX "subscription_workspace_address" ON "subscription"("workspace_id", "channel", "address_hash") WHERE "site_id" IS NULL;
