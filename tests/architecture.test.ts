import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Scripts that an operator runs when the product is installed; all others must run before anything is. */
const operatorsCommands = /^scripts\/user\.ts$/;

/** What may import what; the first rule whose folder fits holds. ARCHITECTURE.md says why. */
const arrows: [from: RegExp, mayImport: RegExp][] = [
  [/^app\/api\/inngest\//, /^(app|lib|inngest)\//],
  [/^app\//, /^(app|components|lib)\//],
  [
    /^components\//,
    /^(components\/|lib\/format\.ts|lib\/(schema|text)\.ts|lib\/i18n\/|lib\/(.+\/)?(\w+-)?schema\.ts|lib\/content\/|lib\/http\/action-result\.ts)/,
  ],
  [/^lib\/http\//, /^(lib|prisma\/generated)\//],
  [/^lib\//, /^(lib|prisma\/generated)\/(?!http\/)|^lib\/http\/(client-address|failure)\.ts/],
  [/^inngest\/local\//, /^inngest\/local\//],
  [/^inngest\//, /^(inngest|lib)\//],
  [operatorsCommands, /^(scripts|lib)\//],
  [/^scripts\//, /^(scripts|inngest\/local)\//],
];

/** Queries that name no workspace live in these files only, because their callers know none. */
const unscopedFinders = ["lib/sites/public-site.ts", "lib/sites/public-origin.ts"];

const root = join(import.meta.dirname, "..");
const folders = ["app", "components", "lib", "inngest", "scripts"];
const sources = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.tsx?$/.test(file));

interface Import {
  from: string;
  to: string;
  isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/^\s*(?:import|export)\s(type\s)?[^;]*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gms)];
  return found.flatMap(([, type, name, dynamic]) => {
    const target = name ?? dynamic ?? "";
    const to = target.startsWith("#") ? target.slice(1) : target.startsWith(".") ? join(file, "..", target) : undefined;
    return to === undefined ? [] : [{ from: file, to, isType: type !== undefined }];
  });
}

const imports = sources.flatMap(importsOf);

test("imports follow the arrows", () => {
  const stray = imports.filter(({ from, to, isType }) => {
    const rule = arrows.find(([folder]) => folder.test(from));
    // A type leaves nothing behind in the built code: components may know the types of what they are given.
    return rule && !rule[1].test(to) && !(isType && to.startsWith("lib/"));
  });
  expect(stray.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

/** Areas of lib from the ground up; each may know those on its own floor and below. */
const floors = [
  [
    "auth",
    "workspaces",
    "content",
    "egress",
    "channels",
    "templates",
    "sites",
    "subscribers",
    "segments",
    "groups",
    "views",
  ],
  ["campaigns", "delivery", "drips", "imports", "privacy"],
  ["analytics", "system"],
];

test("areas of lib know none above them", () => {
  const floorOf = (file: string) => floors.findIndex((areas) => areas.includes(file.split("/")[1] ?? ""));
  const inLib = imports.filter(({ from, to }) => from.startsWith("lib/") && to.startsWith("lib/"));
  const upward = inLib.filter(({ from, to }) => floorOf(from) >= 0 && floorOf(to) > floorOf(from));
  expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("no cycles within lib", () => {
  const graph = new Map<string, string[]>();
  for (const { from, to, isType } of imports)
    if (!isType && from.startsWith("lib/") && to.startsWith("lib/")) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  function visit(file: string, path: string[]): void {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file) || path.includes(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  }
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

test("there are no barrels and no files without a subject", () => {
  const vague = /(^|\/)(index|utils?|helpers?|common|managers?|services?)\.tsx?$/;
  expect(sources.filter((file) => vague.test(file) && file !== "scripts/service.ts")).toEqual([]);
});

test("server modules that touch the database or the settings cannot reach a browser", () => {
  for (const file of ["lib/db.ts", "lib/env.ts"])
    expect(readFileSync(join(root, file), "utf8")).toMatch(/^import "server-only";/m);
  for (const { from, to } of imports)
    if (/^(inngest\/local|scripts)\//.test(from) && !operatorsCommands.test(from))
      expect(to, from).not.toMatch(/^lib\/(db|env)\.ts$/);
});

test("the package web-push opens no socket of the product: nothing of it is loaded", () => {
  const loads = /\b(?:from|import|import\(|require\()\s*["']web-push(?:\/[^"']*)?["']/;
  expect(sources.filter((file) => loads.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test("the unscoped finders are where they are said to be", () => {
  for (const file of unscopedFinders) expect(sources).toContain(file);
});
