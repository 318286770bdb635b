// Accounts, for operators:
//   npm run user:reset-password -- ada@example.com     prints a link to choose a new password, good once, for an hour
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault, runMain } from "./fault.mjs";
import { readRunFile } from "./run-file.ts";

/** The settings that a running installation of this data directory has, for the house's own modules. */
function useInstallation(): void {
  const dataDir = resolve(process.env.DATA_DIR || ".data");
  const url = readRunFile(dataDir)?.url;
  if (url) process.env.APP_URL ||= url;
  if (process.env.DATABASE_URL) return;
  process.env.DATABASE_URL = embeddedUrl(dataDir);
  const secrets: Record<string, string> = JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8"));
  for (const [name, value] of Object.entries(secrets)) process.env[name] ||= value;
}

/** The embedded server's address: PostgreSQL notes the port that it took in the fourth line of its pid file. */
function embeddedUrl(dataDir: string): string {
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  if (!existsSync(pidFile)) {
    throw new Fault(
      `PushPilot does not run on ${dataDir}. Start it first (npm start), or set DATA_DIR or DATABASE_URL.`,
    );
  }
  const port = readFileSync(pidFile, "utf8").split("\n")[3]?.trim();
  const password = readFileSync(join(dataDir, "postgres-password"), "utf8").trim();
  return `postgresql://pushpilot:${password}@127.0.0.1:${port}/pushpilot`;
}

async function main(): Promise<void> {
  const [command, email] = process.argv.slice(2);
  if (command !== "reset-password" || !email) {
    throw new Fault("Say whose: npm run user:reset-password -- ada@example.com");
  }
  useInstallation();
  const { createResetLink } = await import("#lib/auth/password-reset.ts");
  const { closeDatabase } = await import("#lib/db.ts");
  try {
    const link = await createResetLink(email);
    if (!link) throw new Fault(`${email} has no account here.`);
    console.log(`A link to choose a new password, good once and for an hour:\n${link}`);
  } finally {
    await closeDatabase();
  }
}

if (import.meta.main) await runMain(main);
