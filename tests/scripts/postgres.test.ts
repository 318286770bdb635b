import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type RunningPostgres, startPostgres } from "#scripts/postgres.ts";
import { isAlive, waitForEnd } from "#scripts/processes.mjs";

const base = mkdtempSync(join(tmpdir(), "pushpilot-postgres-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

async function start(name: string): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir: join(base, name) });
  onTestFinished(() => server.stop("immediate"));
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

test("makes a database that keeps its rows from start to start", async () => {
  const first = await start("kept");
  await query(first.url, "CREATE TABLE note (text text); INSERT INTO note VALUES ('here')");
  await first.stop();
  expect(await first.exited).toBe(0);

  const second = await start("kept");
  expect(await query(second.url, "SELECT text FROM note")).toEqual([{ text: "here" }]);
});

test("wants the kept password, and listens on the loopback address only", async () => {
  const { url, port } = await start("password");
  await expect(query(url.replace(/:[^:@/]+@/, ":wrong@"), "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  expect(await query(url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await query(url, "SHOW unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
  expect(statSync(join(base, "password", "postgres-password")).mode & 0o777).toBe(0o600);
  expect(port).toBeGreaterThan(1024);
});

test("a second start takes the place of a server that a killed one left running", async () => {
  const left = await start("left");
  await query(left.url, "CREATE TABLE note (text text)");
  const next = await startPostgres({ dataDir: join(base, "left"), port: left.port });
  onTestFinished(() => next.stop("immediate"));

  expect(isAlive(left.pid)).toBe(false);
  expect(next.port).toBe(left.port);
  expect(await query(next.url, "SELECT text FROM note")).toEqual([]);
});

test("starts again after the server was killed while it worked", async () => {
  const killed = await start("killed");
  await query(killed.url, "CREATE TABLE note (text text)");
  const busy = query(killed.url, "SELECT pg_sleep(60)").catch(() => {});
  process.kill(killed.pid, "SIGKILL");
  await waitForEnd([killed.pid], 5_000);

  const next = await start("killed");
  expect(await query(next.url, "SELECT text FROM note")).toEqual([]);
  await busy;
});

test("says in one line that the data is of another PostgreSQL", async () => {
  mkdirSync(join(base, "old", "postgres"), { recursive: true });
  writeFileSync(join(base, "old", "postgres", "PG_VERSION"), "16\n");
  await expect(startPostgres({ dataDir: join(base, "old") })).rejects.toThrow(
    /made by PostgreSQL 16, and this version of PushPilot brings PostgreSQL 18/,
  );
});

test("says in one line that the password went missing", async () => {
  const server = await start("lost");
  await server.stop();
  rmSync(join(base, "lost", "postgres-password"));
  await expect(startPostgres({ dataDir: join(base, "lost") })).rejects.toThrow(/postgres-password is missing/);
});

test.runIf(isRoot)("runs as another user for root, also below a directory that only root may enter", async () => {
  mkdirSync(join(base, "closed"));
  chmodSync(join(base, "closed"), 0o700);
  const server = await start(join("closed", "data"));

  expect(await query(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  const owner = spawnSync("ps", ["-o", "uid=", "-p", String(server.pid)], { encoding: "utf8" }).stdout.trim();
  expect(owner).not.toBe("0");
  expect(statSync(join(base, "closed")).mode & 0o777).toBe(0o700);
});
