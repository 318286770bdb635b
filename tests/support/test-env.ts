// Runs before each test file: the settings of a server, and a database of the file's own.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newDatabase } from "./database.ts";

// Removed with the run: a worker is ended without a chance to clean up.
const dataDir = mkdtempSync(join(process.env.TEST_RUN_DIR ?? tmpdir(), "file-"));

Object.assign(process.env, {
  DATABASE_URL: await newDatabase(),
  DATA_DIR: dataDir,
  APP_URL: "http://localhost:3000",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  AUTH_SECRET: "a-secret-for-tests-of-at-least-32-characters",
  NEXTAUTH_SECRET: "a-secret-for-tests-of-at-least-32-characters",
  NEXTAUTH_URL: "http://localhost:3000",
  INNGEST_SIGNING_KEY: `signkey-local-${"ab".repeat(32)}`,
  INNGEST_EVENT_KEY: "an-event-key-for-tests",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "silent",
});
