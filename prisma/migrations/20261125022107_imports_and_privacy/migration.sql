-- CreateEnum
CREATE TYPE "import_status" AS ENUM ('receiving', 'ready', 'checking', 'checked', 'running', 'completed', 'failed', 'cancelled');

-- AlterTable
ALTER TABLE "campaign" ADD COLUMN     "ledger_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "subscriber" ADD COLUMN     "paused_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "import" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "site_id" UUID,
    "file_name" TEXT NOT NULL,
    "status" "import_status" NOT NULL DEFAULT 'receiving',
    "status_reason" TEXT,
    "columns" JSONB NOT NULL DEFAULT '[]',
    "mapping" JSONB NOT NULL DEFAULT '{}',
    "rows" INTEGER NOT NULL DEFAULT 0,
    "rows_done" INTEGER NOT NULL DEFAULT 0,
    "next_chunk" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "unconsented" INTEGER NOT NULL DEFAULT 0,
    "erased" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "nudges" INTEGER NOT NULL DEFAULT 0,
    "nudged_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "created_by_user_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_chunk" (
    "workspace_id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "first_row" INTEGER NOT NULL,
    "data_encrypted" BYTEA,
    "errors" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "import_chunk_pkey" PRIMARY KEY ("import_id","index")
);

-- CreateTable
CREATE TABLE "import_key" (
    "import_id" UUID NOT NULL,
    "key_hash" BYTEA NOT NULL,

    CONSTRAINT "import_key_pkey" PRIMARY KEY ("import_id","key_hash")
);

-- CreateTable
CREATE TABLE "tombstone" (
    "workspace_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tombstone_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateTable
CREATE TABLE "erasure" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "import_workspace_id_id_idx" ON "import"("workspace_id", "id" DESC);

-- CreateIndex
CREATE INDEX "erasure_workspace_id_id_idx" ON "erasure"("workspace_id", "id" DESC);

-- CreateIndex
CREATE INDEX "event_workspace_id_id_idx" ON "event"("workspace_id", "id");

-- AddForeignKey
ALTER TABLE "import_chunk" ADD CONSTRAINT "import_chunk_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_key" ADD CONSTRAINT "import_key_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "import"("id") ON DELETE CASCADE ON UPDATE CASCADE;
