// All checks, in this order: format and lint, types, tests of the parts, tests in browsers. The last line is their sum.
// `npm test -- <filter>` runs only the tests of the parts whose file name contains the filter.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { installBrowsers } from "./browsers.ts";
import { buildWhenStale, generateWhenStale } from "./build.ts";
import { Fault } from "./fault.mjs";
import { projectNode, root } from "./install.mjs";
import { signalGroup, waitForEnd } from "./processes.mjs";

interface Result {
  step: string;
  seconds: number;
  passed: number;
  failed: number;
  /** The tests that failed, each in a line with the reason: what was printed meanwhile is far above. */
  failures?: string[];
}

const log = (line: string) => console.log(line);
const reports = mkdtempSync(join(tmpdir(), "pushpilot-reports-"));
let current: ChildProcess | undefined;
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"]) {
  process.on(signal, () => {
    stopped = true;
    if (current?.pid) signalGroup(current.pid, "SIGTERM");
  });
}
process.channel?.unref();

const results = await runAll(process.argv.slice(2));
rmSync(reports, { recursive: true, force: true });
report(results);

async function runAll(filters: string[]): Promise<Result[]> {
  const all: Result[] = [await check("client", () => generateWhenStale({ log }))];
  const build = () => buildWhenStale({ log, onChild: (child) => (current = child) });
  if (filters.length > 0) {
    // Only the tests that start the product need a build, and it makes one itself.
    all.push(await vitest(filters));
    return all;
  }
  const missing = installBrowsers(log);
  all.push(await command("format and lint", "@biomejs/biome/bin/biome", ["check", "."]));
  all.push(await command("route types", "next/dist/bin/next", ["typegen"]));
  all.push(await command("types", "typescript/bin/tsc", ["--noEmit"]));
  all.push(await check("build", build));
  all.push(await vitest([]));
  if (hasFiles(join(root, "tests", "e2e"))) {
    if (missing) log(missing);
    all.push(await playwright());
  }
  return all;
}

/** A step without tests: it counts only when it fails. */
async function check(step: string, work: () => Promise<void>): Promise<Result> {
  const startedAt = Date.now();
  log(`\n== ${step}`);
  let failed = 0;
  try {
    if (stopped) throw new Fault("stopped");
    await work();
  } catch (error) {
    failed = 1;
    console.error(error instanceof Fault ? error.message : error);
  }
  return { step, seconds: (Date.now() - startedAt) / 1000, passed: 0, failed };
}

function command(step: string, program: string, words: string[]): Promise<Result> {
  return check(step, async () => {
    const code = await run(program, words, {});
    if (code !== 0) throw new Fault(`${step}: exit code ${code}`);
  });
}

async function vitest(filters: string[]): Promise<Result> {
  const file = join(reports, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const words = ["run", ...reporters, "--passWithNoTests", ...filters];
  const result = await check("tests", async () => {
    const code = await run("vitest/vitest.mjs", words, { NODE_ENV: "test" });
    if (code !== 0) throw new Fault(`tests: exit code ${code}`);
  });
  const sum = readReport<{
    numPassedTests: number;
    numFailedTests: number;
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
    }[];
  }>(file);
  if (!sum) return result;
  // A file that could not be loaded has no tests to count.
  const broken = sum.testResults.filter((one) => one.status === "failed" && one.assertionResults.length === 0);
  const failures = sum.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map((one) => failure(name, one.fullName, one.failureMessages[0])),
  );
  failures.push(...broken.map(({ name, message }) => failure(name, "could not be loaded", message)));
  return { ...counted(result, sum.numPassedTests, sum.numFailedTests + broken.length), failures };
}

async function playwright(): Promise<Result> {
  const file = join(reports, "playwright.json");
  const result = await check("browser tests", async () => {
    const code = await run("@playwright/test/cli.js", ["test", "--reporter=list,json"], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    });
    if (code !== 0) throw new Fault(`browser tests: exit code ${code}`);
  });
  const sum = readReport<{
    stats: { expected: number; unexpected: number; flaky: number };
    errors: unknown[];
    suites: Suite[];
  }>(file);
  if (!sum) return result;
  const { expected, flaky, unexpected } = sum.stats;
  const failures = sum.suites.flatMap(failuresOf);
  return { ...counted(result, expected + flaky, unexpected + sum.errors.length), failures };
}

/** Of Playwright's JSON report. */
interface Suite {
  suites?: Suite[];
  specs: {
    title: string;
    file: string;
    ok: boolean;
    tests: { results: { error?: { message?: string } }[] }[];
  }[];
}

function failuresOf({ suites = [], specs }: Suite): string[] {
  const own = specs
    .filter(({ ok }) => !ok)
    .map(({ file, title, tests }) => failure(join("tests/e2e", file), title, tests[0]?.results[0]?.error?.message));
  return [...own, ...suites.flatMap(failuresOf)];
}

function failure(file: string, test: string, message = ""): string {
  const reason = stripVTControlCharacters(message).split("\n", 1)[0];
  return `${relative(root, resolve(root, file))}: ${test}: ${reason}`;
}

/** A run that failed without a failing test (an error outside of them) still counts as one. */
function counted(result: Result, passed: number, failed: number): Result {
  return { ...result, passed, failed: Math.max(failed, result.failed) };
}

function readReport<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
}

/** Runs a package's program on our Node, in a process group of its own that is gone when this returns. */
async function run(program: string, words: string[], env: Record<string, string>): Promise<number> {
  const child = spawn(projectNode, [join(root, "node_modules", program), ...words], {
    cwd: root,
    detached: true,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: process.stdout.isTTY ? "1" : "0", ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  current = child;
  const code = await new Promise<number>((done) => {
    child.once("error", () => done(127));
    child.once("exit", (value) => done(value ?? 1));
  });
  if (child.pid) {
    signalGroup(child.pid, "SIGTERM");
    await waitForEnd([child.pid], 1_000);
  }
  return code;
}

function hasFiles(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith(".test.ts"));
}

function report(all: Result[]): void {
  const passed = all.reduce((sum, one) => sum + one.passed, 0);
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  log("");
  for (const { step, seconds, ...one } of all) {
    const counts = one.passed + one.failed > 1 ? ` (${one.passed} passed, ${one.failed} failed)` : "";
    log(`${one.failed > 0 ? "FAILED" : "ok    "} ${step.padEnd(16)} ${seconds.toFixed(1).padStart(6)} s${counts}`);
    for (const line of one.failures ?? []) log(`       ${line}`);
  }
  log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || stopped ? 1 : 0;
}
