import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { findFreePort } from "#scripts/ports.ts";
import { isAlive } from "#scripts/processes.mjs";
import { readRunFile } from "#scripts/run-file.ts";
import { type Product, startProduct } from "#tests/support/product.ts";

const supervisor = resolve(import.meta.dirname, "..", "..", "scripts", "supervise.ts");

/** Starts a second product that is to fail, and tells how. */
function startInVain(env: Record<string, string>): { code: number | null; line: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [supervisor], {
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...env },
    encoding: "utf8",
    timeout: 120_000,
  });
  return { code: status, line: `${stdout}${stderr}`.trim() };
}

function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "pushpilot-start-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function untilChanged(product: Product, part: "web" | "worker" | "inngest" | "postgres", before?: number) {
  const deadline = Date.now() + 30_000;
  while (!product.pids[part] || product.pids[part] === before) {
    if (Date.now() > deadline) throw new Error(`${part} did not come back:\n${product.output}`);
    await sleep(50);
  }
}

async function registered(product: Product): Promise<string[]> {
  const database = new Client({ connectionString: product.databaseUrl });
  await database.connect();
  const { rows } = await database.query<{ id: string }>("SELECT id FROM inngest_local.fn WHERE active");
  await database.end();
  return rows.map(({ id }) => id);
}

describe("a running product", () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.stop());

  test("prints one address, and what runs where", () => {
    expect(product.output).toContain(`PushPilot is ready`);
    expect(product.output).toContain(`: ${product.url}\n`);
    for (const [name, pid] of Object.entries(product.pids)) {
      expect(product.output).toMatch(new RegExp(`${name} +\\S.*process ${pid}\n`));
    }
  });

  test("a second start on its data directory is refused in one line", () => {
    const { code, line } = startInVain({ DATA_DIR: product.dataDir, PORT: "0" });
    expect({ code, line }).toEqual({ code: 1, line: "pushpilot: PORT must be a number from 1 to 65535." });
    const again = startInVain({ DATA_DIR: product.dataDir, PORT: String(product.port) });
    expect(again.code).toBe(1);
    expect(again.line).toMatch(/^pushpilot: PushPilot already runs on \S+ \(process \d+\)\. [^\n]+$/);
  });

  test("a start on its port is refused in one line", () => {
    const { code, line } = startInVain({ DATA_DIR: newDataDir(), PORT: String(product.port) });
    expect(code).toBe(1);
    expect(line).toBe(
      `pushpilot: Port ${product.port} is taken by another program. Free it, or start with PORT=<another>.`,
    );
  });

  test("serves durable functions on the worker alone, to signed calls alone, and has them registered", async () => {
    const status = async (url: string, method: string) =>
      (await fetch(`${url}/api/inngest?fnId=pushpilot-deliver&stepId=step`, { method, body: "{}" })).status;
    expect([await status(product.url, "POST"), await status(product.url, "PUT")]).toEqual([404, 404]);
    expect([await status(product.workerUrl, "POST"), await status(product.workerUrl, "PUT")]).toEqual([401, 401]);
    expect(await registered(product)).toContain("pushpilot-deliver");
  });

  test.each(["web", "worker", "inngest", "postgres"] as const)("a killed %s comes back by itself", async (part) => {
    const before = product.pids[part];
    await product.kill(part);
    await untilChanged(product, part, before);
    await product.untilReady();
  });
});

test("stops everything on SIGTERM and leaves neither process nor lock", async () => {
  const dataDir = newDataDir();
  const product = await startProduct({ dataDir });
  const pids = Object.values(product.pids);
  expect(pids).toHaveLength(4);

  expect(await product.stop()).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(existsSync(join(dataDir, "lock"))).toBe(false);
  expect(existsSync(join(dataDir, "run.json"))).toBe(false);
  expect(product.output.trimEnd().endsWith("Stopping\nStopped.")).toBe(true);
});

test("after a kill -9 of the supervisor the next start ends what was left, and keeps ports, secrets and data", async () => {
  const dataDir = newDataDir();
  const killed = await startProduct({ dataDir });
  const pids = Object.values(killed.pids);
  const secrets = readFileSync(join(dataDir, "secrets.json"), "utf8");
  await killed.kill("supervisor");
  expect(pids.filter(isAlive)).toEqual(pids);

  const next = await startProduct({ dataDir, port: killed.port });
  expect(pids.filter(isAlive)).toEqual([]);
  expect(next.databaseUrl).toBe(killed.databaseUrl);
  expect(next.workerUrl).toBe(killed.workerUrl);
  expect(readFileSync(join(dataDir, "secrets.json"), "utf8")).toBe(secrets);
  expect(await next.stop()).toBe(0);
});

test("npm run dev brings database and queue as well, and has its functions registered", async () => {
  const product = await startProduct({ isDevelopment: true });
  onTestFinished(async () => void (await product.stop()));
  expect(Object.keys(product.pids).sort()).toEqual(["inngest", "postgres", "web"]);
  await expect.poll(() => registered(product), { timeout: 60_000 }).toContain("pushpilot-deliver");
  expect(await product.stop()).toBe(0);
});

test("two products run side by side from one checkout", async () => {
  const [one, two] = await Promise.all([startProduct(), startProduct()]);
  expect(new Set([...Object.values(one.pids), ...Object.values(two.pids)]).size).toBe(8);
  expect(await Promise.all([one.stop(), two.stop()])).toEqual([0, 0]);
});

test("a port taken by a stranger is told in one line, and nothing is left running", async () => {
  const stranger = createServer();
  const port = await findFreePort();
  await new Promise<void>((done) => {
    stranger.listen(port, () => done());
  });
  onTestFinished(() => {
    stranger.close();
  });
  const dataDir = newDataDir();
  const { code, line } = startInVain({ DATA_DIR: dataDir, PORT: String(port) });
  expect({ code, line }).toEqual({
    code: 1,
    line: `pushpilot: Port ${port} is taken by another program. Free it, or start with PORT=<another>.`,
  });
  expect(readRunFile(dataDir)).toBeUndefined();
});
