import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "./fault.mjs";
import { findFreePort, isFreePort } from "./ports.ts";

/** Which processes this start runs. `all`: web and worker and what they need; the others: that one alone. */
export type Role = "all" | "web" | "worker";

export interface Settings {
  role: Role;
  /** Hot reload, one process for both roles. */
  isDevelopment: boolean;
  /** Where people and the API's callers arrive. */
  port: number;
  appUrl: string;
  dataDir: string;
  /** The operator's server; undefined: the embedded one. */
  databaseUrl: string | undefined;
  /** Whether our own Inngest server runs; otherwise the operator's variables say which. */
  hasLocalInngest: boolean;
}

/**
 * What the operator asked for by environment variables.
 *
 * @throws Fault that names every variable that is missing or wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv, isDevelopment: boolean): Settings {
  const role = environment.ROLE || "all";
  if (role !== "all" && role !== "web" && role !== "worker") throw new Fault("ROLE must be web, worker or all.");
  const port = Number(environment.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Fault("PORT must be a number from 1 to 65535.");
  const databaseUrl = environment.DATABASE_URL || undefined;
  if (role !== "all" && !databaseUrl) {
    throw new Fault(`ROLE=${role} is one process of several: set DATABASE_URL to the PostgreSQL that they share.`);
  }
  if (databaseUrl) {
    const missing = Object.keys(makers).filter((name) => !environment[name]);
    if (missing.length > 0) {
      throw new Fault(
        `With DATABASE_URL these must be set too, the same on every machine: ${missing.join(", ")}. .env.example says how to make them.`,
      );
    }
  }
  // The word `local` asks for our own Inngest server beside the operator's database and keys.
  const baseUrl = environment.INNGEST_BASE_URL;
  const usesRealInngest = baseUrl ? baseUrl !== "local" : Boolean(environment.INNGEST_SIGNING_KEY);
  return {
    role,
    isDevelopment,
    port,
    appUrl: (environment.APP_URL || `http://localhost:${port}`).replace(/\/+$/, ""),
    dataDir: resolve(environment.DATA_DIR || ".data"),
    databaseUrl,
    hasLocalInngest: role === "all" && !usesRealInngest,
  };
}

/** How each secret is made, unless the operator brings it. */
const makers = {
  ENCRYPTION_KEY: () => randomBytes(32).toString("base64"),
  AUTH_SECRET: () => randomBytes(32).toString("base64url"),
  INNGEST_SIGNING_KEY: () => `signkey-local-${randomBytes(32).toString("hex")}`,
  INNGEST_EVENT_KEY: () => randomBytes(24).toString("base64url"),
};

export type Secrets = Record<keyof typeof makers, string>;

/**
 * The secrets of this data directory, made at the first start. The operator's own win and are not written down.
 *
 * @throws Fault when the file is damaged: making others would lock everybody out of what is sealed with them
 */
export function keptSecrets(dataDir: string, environment: NodeJS.ProcessEnv): Secrets {
  const file = join(dataDir, "secrets.json");
  const kept = readJson<Partial<Secrets>>(file) ?? {};
  const names = Object.keys(makers) as (keyof Secrets)[];
  const wanting = names.filter((name) => !kept[name] && !environment[name]);
  if (wanting.length > 0) {
    if (!kept.ENCRYPTION_KEY && !environment.ENCRYPTION_KEY && existsSync(join(dataDir, "postgres"))) {
      throw new Fault(`${file} is missing, and what is sealed in the database opens only with it. Put it back.`);
    }
    for (const name of wanting) kept[name] = makers[name]();
    writeJson(file, kept);
  }
  const secrets = names.map((name) => [name, environment[name] || kept[name]]);
  return Object.fromEntries(secrets) as Secrets;
}

/** A port of the loopback address for each name: the one of the last start where it is still free. Kept in ports.json. */
export async function keptPorts<Name extends string>(dataDir: string, names: Name[]): Promise<Record<Name, number>> {
  const file = join(dataDir, "ports.json");
  const kept = readJson<Record<string, number>>(file) ?? {};
  for (const name of names) {
    const before = kept[name];
    if (!before || !(await isFreePort(before))) kept[name] = await findFreePort();
  }
  writeJson(file, kept);
  return kept as Record<Name, number>;
}

function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    throw new Fault(`${file} is damaged. Put back a copy of it.`);
  }
}

/** Whole or not at all, and readable by its owner only. */
export function writeJson(file: string, value: unknown): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
