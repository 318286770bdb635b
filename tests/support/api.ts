import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { env } from "#lib/env.ts";
import type { RouteHandler } from "#lib/http/resource.ts";

export const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type MethodName = (typeof methods)[number];

export interface RouteFile {
  /** app/api/v1/sites/[siteId]/route.ts */
  file: string;
  /** /api/v1/sites/{siteId}, from where the file lies */
  path: string;
  handlers: Partial<Record<MethodName | "OPTIONS", RouteHandler>>;
}

const root = join(import.meta.dirname, "..", "..");

/** Route files of doors that speak a protocol of others; they have tests of their own. */
export const foreignDoors = ["/api/auth/{...nextauth}", "/api/inngest", "/docs/api", "/docs/api/scalar.js"];

/** Every route file below app, with what it exports. */
export async function routeFiles(): Promise<RouteFile[]> {
  const files = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)route\.tsx?$/.test(file))
    .sort();
  const found = files.map((file) => ({ file: join("app", file), path: pathOf(file) }));
  return await Promise.all(
    found
      .filter(({ path }) => !foreignDoors.includes(path))
      .map(async ({ file, path }) => ({ file, path, handlers: await import(join(root, file)) })),
  );
}

function pathOf(file: string): string {
  const folders = relative(".", dirname(file)).split("/");
  const seen = folders.filter((folder) => !/^\(.*\)$/.test(folder));
  return `/${seen.join("/").replace(/\[+/g, "{").replace(/\]+/g, "}")}`;
}

export interface CallOptions {
  /** Access token, API key, or a browser's subscription token. */
  token?: string | undefined;
  workspaceId?: string | undefined;
  /** Sent as JSON, unless it is a text: then as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is none. Tests look into it as they please. */
  json: Json;
}

/** What JSON.parse may give, in a form that tests can look into. */
export interface Json {
  [key: string]: Json;
}

let routes: Promise<RouteFile[]> | undefined;

/** Calls the API: finds the route file as Next would, and gives its handler a request. */
export async function call(
  method: MethodName | "OPTIONS",
  target: string,
  options: CallOptions = {},
): Promise<Answered> {
  const url = new URL(target, env().APP_URL);
  routes ??= routeFiles();
  const { handler, params } = find(await routes, method, url.pathname);
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  if (options.workspaceId !== undefined) headers.set("x-workspace-id", options.workspaceId);
  if (options.body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  const response = await handler(new Request(url, { method, headers, ...(body !== undefined && { body }) }), {
    params: Promise.resolve(params),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

function find(files: RouteFile[], method: MethodName | "OPTIONS", pathname: string) {
  const wanted = pathname.split("/");
  const matches = files.flatMap(({ path, handlers }) => {
    const params = match(path.split("/"), wanted);
    return params ? [{ path, handlers, params }] : [];
  });
  // As Next does: what is written out wins over a parameter, a parameter over the rest of the path.
  matches.sort((a, b) => weight(a.path).localeCompare(weight(b.path)));
  const handler = matches[0]?.handlers[method];
  if (!handler || !matches[0]) throw new Error(`${method} ${pathname}: no route file exports it`);
  return { handler, params: matches[0].params };
}

function match(pattern: string[], wanted: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith("{...")) return params;
    const given = wanted[index];
    if (given === undefined) return undefined;
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) params[name] = decodeURIComponent(given);
    else if (part !== given) return undefined;
  }
  return pattern.length === wanted.length ? params : undefined;
}

function weight(path: string): string {
  return path
    .split("/")
    .map((part) => (part.startsWith("{...") ? "2" : part.startsWith("{") ? "1" : "0"))
    .join("");
}
