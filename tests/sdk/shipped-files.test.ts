import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readSdkFile } from "#tests/support/demo-shop.ts";

const sdk = await readSdkFile("sdk.js");
const worker = await readSdkFile("sdk-worker.js");

test("sdk.js is at most 5 KB as it ships, gzipped", () => {
  expect(gzipSync(sdk, { level: 6 }).length).toBeLessThanOrEqual(5 * 1024);
});

test("page and worker say the same version", () => {
  const version = /const version = "([\d.]+)"/;
  expect(version.exec(sdk)?.[1]).toBe(version.exec(worker)?.[1] ?? "none");
});

test.for([
  ["sdk.js", sdk],
  ["sdk-worker.js", worker],
] as const)("%s runs no data as code", ([, source]) => {
  expect(code(source)).not.toMatch(
    /\beval\b|\bFunction\b|innerHTML|outerHTML|insertAdjacent|document\.write|importScripts|\bimport\b/,
  );
  expect(code(source)).not.toMatch(/set(Timeout|Interval)\(\s*["'`]/);
});

test("the worker on customers' sites handles no fetch", () => {
  expect(code(worker)).not.toMatch(/["'`]fetch["'`]|onfetch|respondWith|caches\b/);
});

test.for(["page", "worker"])("the types of the %s's script hold", { timeout: 60_000 }, async (kind) => {
  const project = new URL(`types/tsconfig.${kind}.json`, import.meta.url).pathname;
  const tsc = new URL("../../node_modules/.bin/tsc", import.meta.url).pathname;
  await promisify(execFile)(process.execPath, [tsc, "--noEmit", "-p", project]);
});

/** The source without its comments. */
function code(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/ .*$/gm, "");
}
