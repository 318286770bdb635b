import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keptPorts, keptSecrets, readSettings } from "#scripts/settings.ts";

const bare: NodeJS.ProcessEnv = { NODE_ENV: "production" };

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "pushpilot-settings-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test("with nothing set, everything runs here on port 3000", () => {
  expect(readSettings(bare, false)).toEqual({
    role: "all",
    isDevelopment: false,
    port: 3000,
    appUrl: "http://localhost:3000",
    dataDir: resolve(".data"),
    databaseUrl: undefined,
    hasLocalInngest: true,
  });
});

test("with DATABASE_URL, every missing secret is named", () => {
  const environment = { ...bare, DATABASE_URL: "postgresql://db/pushpilot", AUTH_SECRET: "x" };
  expect(() => readSettings(environment, false)).toThrow(/: ENCRYPTION_KEY, INNGEST_SIGNING_KEY, INNGEST_EVENT_KEY\./);
});

test.each([
  ["PORT", "eighty", /PORT must be a number/],
  ["PORT", "70000", /PORT must be a number/],
  ["ROLE", "boss", /ROLE must be web, worker or all/],
  ["ROLE", "web", /set DATABASE_URL/],
])("%s=%s is refused in one line", (name, value, line) => {
  expect(() => readSettings({ ...bare, [name]: value }, false)).toThrow(line);
});

test("keys of the operator mean a real Inngest, unless its address is the word local", () => {
  const keys = { ...bare, INNGEST_SIGNING_KEY: "signkey-prod-00", INNGEST_EVENT_KEY: "x" };
  expect(readSettings(keys, false).hasLocalInngest).toBe(false);
  expect(readSettings({ ...keys, INNGEST_BASE_URL: "http://inngest:8288" }, false).hasLocalInngest).toBe(false);
  expect(readSettings({ ...keys, INNGEST_BASE_URL: "local" }, false).hasLocalInngest).toBe(true);
});

test("secrets are made once, for their owner's eyes only, and the operator's own win unwritten", () => {
  const dir = dataDir();
  const made = keptSecrets(dir, bare);
  expect(Buffer.from(made.ENCRYPTION_KEY, "base64")).toHaveLength(32);
  expect(made.INNGEST_SIGNING_KEY).toMatch(/^signkey-local-[0-9a-f]{64}$/);
  expect(keptSecrets(dir, bare)).toEqual(made);
  expect(statSync(join(dir, "secrets.json")).mode & 0o777).toBe(0o600);

  expect(keptSecrets(dir, { ...bare, AUTH_SECRET: "mine" })).toEqual({ ...made, AUTH_SECRET: "mine" });
  expect(readFileSync(join(dir, "secrets.json"), "utf8")).not.toContain("mine");
});

test("a lost or damaged secrets file is not replaced while there is a database sealed with it", () => {
  const dir = dataDir();
  mkdirSync(join(dir, "postgres"));
  expect(() => keptSecrets(dir, bare)).toThrow(/secrets.json is missing/);
  writeFileSync(join(dir, "secrets.json"), "{");
  expect(() => keptSecrets(dir, bare)).toThrow(/secrets.json is damaged/);
});

test("ports stay from start to start, unless another program took one", async () => {
  const dir = dataDir();
  const first = await keptPorts(dir, ["postgres", "worker"]);
  expect(await keptPorts(dir, ["postgres", "worker"])).toEqual(first);

  const thief = createServer().listen(first.worker, "127.0.0.1");
  onTestFinished(() => {
    thief.close();
  });
  const second = await keptPorts(dir, ["postgres", "worker"]);
  expect(second.postgres).toBe(first.postgres);
  expect(second.worker).not.toBe(first.worker);
});
