-- AlterTable
ALTER TABLE "campaign" ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;
