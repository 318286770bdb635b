import { expect, test } from "vitest";
import { routeModules } from "#app/api/v1/openapi.json/route-modules.ts";
import { env } from "#lib/env.ts";
import { errorStatus } from "#lib/errors.ts";
import { legacyPaths } from "#lib/http/legacy-paths.ts";
import { call, methods, routeFiles } from "#tests/support/api.ts";

const metricsToken = "a-token-for-metrics";
// Settings are read at first use, which is after this.
process.env.METRICS_TOKEN = metricsToken;
const files = await routeFiles();

test("every route file is described in the OpenAPI document", async () => {
  const { status, json } = await call("GET", "/api/v1/openapi.json");
  expect(status).toBe(200);
  expect(json).toMatchObject({ openapi: "3.1.0", servers: [{ url: env().APP_URL }] });
  const described = Object.entries({ ...json.paths }).flatMap(([path, each]) =>
    Object.keys({ ...each }).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const exempt = ["/api/v1/openapi.json", "/api/{...path}"];
  const served = files
    .filter(({ path }) => !exempt.includes(path))
    .flatMap(({ path, handlers }) =>
      methods.filter((method) => handlers[method]?.method).map((method) => `${method} ${path}`),
    );
  expect(described.sort()).toEqual(served.sort());
  expect(routeModules).toHaveLength(files.length - exempt.length);
});

test("operation ids are unique, references resolve, and each operation says what it answers", async () => {
  const { json, text } = await call("GET", "/api/v1/openapi.json");
  const operations = Object.values({ ...json.paths }).flatMap((each) => Object.values({ ...each }));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const operation of operations) expect(Object.keys({ ...operation.responses })).toContain("default");
  for (const [, pointer = ""] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
    const target = pointer
      .split("/")
      .slice(1)
      .reduce<unknown>((at, key) => Object(at)[key], json);
    expect(target, pointer).toBeDefined();
  }
  expect(Object.values({ ...json.components?.schemas?.Error?.properties?.error?.properties?.code?.enum })).toEqual(
    Object.keys(errorStatus),
  );
});

test("every source system's path leads to a route that there is", () => {
  const shapes = new Set(files.map(({ path }) => path.replace(/\{\w+\}/g, "*")));
  for (const { source, destination } of legacyPaths) {
    const base = destination.replace(/\/:path\*$/, "").replace(/:\w+/g, "*");
    expect(
      [...shapes].some((shape) => shape === base || shape.startsWith(`${base}/`)),
      `${source} → ${destination}`,
    ).toBe(true);
  }
});

test("alive and ready are told apart, and ready names what it looked at", async () => {
  expect((await call("GET", "/api/health")).json).toEqual({ status: "ok" });
  const ready = await call("GET", "/api/ready");
  expect(ready.json.checks).toMatchObject({ database: { ok: true }, migrations: { ok: true }, keys: { ok: true } });
  expect(ready.json).toHaveProperty("queueLagSeconds");
});

test("metrics are for the bearer of the token alone", async () => {
  const ask = (token?: string) => call("GET", "/api/metrics", { token });
  expect([(await ask()).status, (await ask("wrong")).status]).toEqual([401, 401]);
  await call("GET", "/api/v1/nothing");
  const { status, text } = await ask(metricsToken);
  expect(status).toBe(200);
  for (const name of [
    "notifications_sent_total",
    "notifications_failed_total",
    "campaign_created_total",
    "queue_depth",
    "queue_lag_seconds",
  ])
    expect(text).toMatch(new RegExp(`^${name}\\{role="\\w+"\\} \\d+`, "m"));
  expect(text).toMatch(/http_requests_total\{method="GET",route="\/api\/\{\.\.\.path\}",status="404",role="\w+"\} \d+/);
  expect(text).toContain("http_request_duration_seconds_bucket");
});
