import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { inngestVariables, prepareInngest } from "#scripts/inngest-process.ts";
import { findFreePort } from "#scripts/ports.ts";
import { type App, createTestDatabase, eventKey, Notebook, signingKey, startApp } from "#tests/engine/lab.ts";

/** `npm run inngest:local`: the local Inngest server alone, as somebody meets it who has another app. */
const root = resolve(import.meta.dirname, "..", "..");
const patient = { timeout: 60_000, interval: 50 };

type Alone = { url: string; process: ChildProcess; output: () => string; stop: () => Promise<void> };

function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", NODE_ENV: "production", ...env };
}

/** Starts it by the command in package.json, and waits until it says that it has. */
async function startAlone(env: Record<string, string>): Promise<Alone> {
  const port = env.PORT ?? String(await findFreePort());
  const child = spawn("npm", ["run", "--silent", "inngest:local"], {
    cwd: root,
    env: environment({ ...env, PORT: port }),
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (text += chunk));
  // When the last of its processes has let go of the output.
  const closed = once(child, "close");
  const stop = async () => {
    child.kill("SIGTERM");
    await closed;
    expect(text).toContain('"event":"stopped"');
  };
  onTestFinished(async () => {
    if (child.stdout?.closed === false) await stop();
  });
  await expect.poll(() => `${text}${child.exitCode ?? ""}`, patient).toMatch(/"event":"started"|^\d+$/m);
  expect(child.exitCode, text).toBeNull();
  return { url: `http://127.0.0.1:${port}`, process: child, output: () => text, stop };
}

function startInVain(env: Record<string, string>): { code: number | null; lines: string } {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "inngest:local"], {
    cwd: root,
    env: environment(env),
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: status, lines: `${stdout}${stderr}`.trim() };
}

function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "pushpilot-inngest-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const keyOf = (event: { data?: unknown }) => (event.data as { key: string }).key;

function serveSleeper(app: App, url: string, notebook: Notebook) {
  return app.serve(url, (client) => [
    client.createFunction({ id: "sleeper", triggers: [{ event: "sleeper/go" }] }, async ({ event, step }) => {
      await step.run("begin", () => notebook.note(`${keyOf(event)} begun`, 1));
      await step.sleep("a while", "3s");
      notebook.note(keyOf(event), "end");
    }),
  ]);
}

test("with nothing but INNGEST_DEV it brings its database, and an app registers itself; a run survives its restart", async () => {
  const env = { DATA_DIR: newDataDir(), INNGEST_DEV: "1", INNGEST_RETRY_MS: "200" };
  const [notebook, app] = [new Notebook(), await startApp()];
  onTestFinished(app.stop);
  const first = await startAlone(env);
  const client = serveSleeper(app, first.url, notebook);
  expect((await fetch(app.url, { method: "PUT" })).status).toBe(200);
  await client.send({ name: "sleeper/go", data: { key: "one" } });
  await notebook.until("one begun", 1);
  await first.stop();
  expect(notebook.of("one")).toEqual([]);
  await startAlone({ ...env, PORT: new URL(first.url).port });
  expect(await notebook.until("one", 1, 60_000)).toEqual(["end"]);
  expect(notebook.of("one begun")).toHaveLength(1);
});

test("without INNGEST_DEV it makes keys for the app, checks them, and asks the addresses of INNGEST_APPS itself", async () => {
  const dataDir = newDataDir();
  const port = await findFreePort();
  const later = await findFreePort();
  const server = await startAlone({
    DATA_DIR: dataDir,
    PORT: String(port),
    INNGEST_APPS: `http://127.0.0.1:${later}/api/inngest, http://127.0.0.1:1/api/inngest`,
  });
  const secrets = join(dataDir, "secrets.json");
  expect(server.output()).toContain(secrets);
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  const keys = JSON.parse(readFileSync(secrets, "utf8")) as { INNGEST_SIGNING_KEY: string; INNGEST_EVENT_KEY: string };
  expect(server.output()).not.toContain(keys.INNGEST_SIGNING_KEY);

  const notebook = new Notebook();
  const app = await startApp({ signingKey: keys.INNGEST_SIGNING_KEY, eventKey: keys.INNGEST_EVENT_KEY }, later);
  onTestFinished(app.stop);
  const client = serveSleeper(app, server.url, notebook);
  await expect.poll(server.output, patient).toContain('"event":"app_registered"');
  const event = { name: "sleeper/go", data: { key: "signed" } };
  const stranger = await fetch(`${server.url}/e/a-guess`, { method: "POST", body: JSON.stringify(event) });
  expect(stranger.status).toBe(401);
  await client.send(event);
  expect(await notebook.until("signed", 1)).toEqual(["end"]);
});

test("with DATABASE_URL it keeps all in that database, and nothing in DATA_DIR", async () => {
  const [database, dataDir] = [await createTestDatabase(), newDataDir()];
  onTestFinished(database.drop);
  const keys = { INNGEST_SIGNING_KEY: signingKey, INNGEST_EVENT_KEY: eventKey };
  const server = await startAlone({ DATABASE_URL: database.url, DATA_DIR: dataDir, ...keys });
  const event = { method: "POST", body: JSON.stringify({ name: "kept/go", data: {} }) };
  expect((await fetch(`${server.url}/e/${eventKey}`, event)).status).toBe(200);
  expect(await database.query("select name from inngest_local.event")).toEqual([{ name: "kept/go" }]);
  expect(readdirSync(dataDir)).toEqual([]);
  await server.stop();
});

test("INNGEST_CHECKPOINT=0 has the function called anew for every step", async () => {
  const notebook = new Notebook();
  const app = await startApp();
  onTestFinished(app.stop);
  const server = await startAlone({
    DATA_DIR: newDataDir(),
    INNGEST_DEV: "1",
    INNGEST_CHECKPOINT: "0",
    INNGEST_APPS: app.url,
  });
  const client = app.serve(server.url, (inngest) => [
    inngest.createFunction({ id: "steps", triggers: [{ event: "steps/go" }] }, async ({ step }) => {
      notebook.note("called", 1);
      for (const name of ["a", "b"]) await step.run(name, () => name);
      notebook.note("end", 1);
    }),
  ]);
  await expect.poll(server.output, patient).toContain('"event":"app_registered"');
  await client.send({ name: "steps/go", data: {} });
  await notebook.until("end", 1);
  expect(notebook.of("called")).toHaveLength(3);
});

test.each([
  ["a port that is none", { PORT: "eighty" }, 'inngest: PORT must be a whole number from 0 to 65535, not "eighty"'],
  ["a delay that is none", { INNGEST_RETRY_MS: "soon" }, /^inngest: INNGEST_RETRY_MS must be a whole number/],
  ["a retention that is none", { INNGEST_RETENTION_DAYS: "0" }, /^inngest: INNGEST_RETENTION_DAYS must be/],
  [
    "a database without keys",
    { DATABASE_URL: "postgresql://x/y" },
    /^inngest: with DATABASE_URL set INNGEST_SIGNING_KEY/,
  ],
])("%s is refused in one line, and nothing is left running", async (_what, env, line) => {
  const dataDir = newDataDir();
  const { code, lines } = startInVain({ DATA_DIR: dataDir, ...env });
  expect(lines).toMatch(line);
  expect([code, lines.split("\n")]).toEqual([1, [lines]]);
  expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(dataDir);
});

test("a port that another program has is named in one line", async () => {
  const app = await startApp();
  onTestFinished(app.stop);
  const { port } = new URL(app.url);
  const { code, lines } = startInVain({ DATA_DIR: newDataDir(), INNGEST_DEV: "1", PORT: port });
  expect(code).toBe(1);
  expect(lines).toContain(`inngest: the port ${port} is taken. Set PORT for another.`);
});

test("its process compiles nothing once prepared", async () => {
  await prepareInngest();
  const script = 'await import("./inngest/local/main.ts"); console.log(process.moduleLoadList.join());';
  const loaded = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: root,
    env: environment(inngestVariables),
    encoding: "utf8",
  });
  expect(loaded).toContain("NativeModule net");
  expect(loaded).not.toContain("amaro");
});
