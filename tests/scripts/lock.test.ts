import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { releaseLock, takeLock, withLock } from "#scripts/lock.mjs";
import { startOf } from "#scripts/processes.mjs";

function lockFile(): string {
  const dir = mkdtempSync(join(tmpdir(), "pushpilot-lock-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, "lock");
}

/** Another process that takes the lock and says what it got. */
async function other(file: string): Promise<{ answer: string; kill(): Promise<void> }> {
  const module = resolve(import.meta.dirname, "..", "..", "scripts", "lock.mjs");
  const code = `import(${JSON.stringify(module)}).then(({ takeLock }) => {
    console.log(takeLock(${JSON.stringify(file)}) ? "held" : "taken"); setInterval(() => {}, 1000); });`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  const [chunk] = await once(child.stdout, "data");
  return { answer: String(chunk).trim(), kill };
}

test("one process holds it, and the other learns which", async () => {
  const file = lockFile();
  expect(takeLock(file)).toBeUndefined();
  expect((await other(file)).answer).toBe("held");
  releaseLock(file);
  expect((await other(file)).answer).toBe("taken");
  expect(takeLock(file)?.pid).not.toBe(process.pid);
});

test("a killed process holds it no longer", async () => {
  const file = lockFile();
  const holder = await other(file);
  expect(takeLock(file)?.start).not.toBe("");
  await holder.kill();
  expect(takeLock(file)).toBeUndefined();
});

test("a file of a process whose id another has by now, or a half-written one, is nobody's", () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: process.ppid, start: `${startOf(process.ppid)}0` }));
  expect(takeLock(file)).toBeUndefined();
  releaseLock(file);
  writeFileSync(file, "{");
  expect(takeLock(file)).toBeUndefined();
});

test("of many that find a dead process's file at once, one gets the lock", async () => {
  const file = lockFile();
  writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, start: "long ago" }));
  const answers = await Promise.all(Array.from({ length: 6 }, () => other(file)));
  expect(answers.map(({ answer }) => answer).sort()).toEqual(["held", "held", "held", "held", "held", "taken"]);
});

test("work under a lock is done even when the work before it failed", async () => {
  const file = lockFile();
  const failing = withLock(
    file,
    () => {},
    () => Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
  expect(
    await withLock(
      file,
      () => {},
      async () => "done",
    ),
  ).toBe("done");
});
