-- DropIndex
DROP INDEX "saved_view_workspace_id_area_name_key";

-- AlterTable
ALTER TABLE "saved_view" ADD COLUMN     "is_shared" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "created_by_user_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "list_columns" (
    "workspace_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "area" TEXT NOT NULL,
    "columns" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "list_columns_pkey" PRIMARY KEY ("workspace_id","user_id","area")
);

-- CreateIndex
CREATE INDEX "saved_view_workspace_id_area_id_idx" ON "saved_view"("workspace_id", "area", "id");

-- AddForeignKey
ALTER TABLE "list_columns" ADD CONSTRAINT "list_columns_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand from here on: what the schema language cannot say.

CREATE UNIQUE INDEX "saved_view_shared_name" ON "saved_view"("workspace_id", "area", lower("name")) WHERE "is_shared";
CREATE UNIQUE INDEX "saved_view_own_name" ON "saved_view"("workspace_id", "area", "created_by_user_id", lower("name")) WHERE NOT "is_shared";

-- People by name; whoever has none comes last.
CREATE INDEX "subscriber_by_name" ON "subscriber"
  ("workspace_id", (coalesce(left(lower("name"), 100), U&'\+10FFFF') COLLATE "C"), "id") WHERE NOT "is_deleted";
