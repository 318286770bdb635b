import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { query } from "#lib/db.ts";
import { env } from "#lib/env.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { takeLeased } from "#lib/http/rate-limit.ts";
import { createApiKey } from "#lib/workspaces/api-keys.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call } from "#tests/support/api.ts";

const scaled = (limit: number) => Math.max(1, Math.round(limit * env().RATE_LIMIT_SCALE));

test("an API key is refused after its calls a minute, exactly, also in parallel", async () => {
  const { ctx } = await newAccount();
  const { key } = await createApiKey(ctx, { name: "Server", scopes: ["sites:read"], ratePerMinute: 10 });
  const limit = scaled(10);
  const answers = await Promise.all(
    Array.from({ length: limit + 20 }, () => call("GET", "/api/v1/sites", { token: key })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(limit);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(20);
  const headers = refused[0]?.headers;
  expect(headers?.get("x-ratelimit-limit")).toBe(String(limit));
  expect(headers?.get("x-ratelimit-remaining")).toBe("0");
  expect(Number(headers?.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(headers?.get("retry-after"))).toBeLessThanOrEqual(60);
  expect(Number(headers?.get("x-ratelimit-reset")) * 1000).toBeGreaterThan(Date.now());
});

test("a user's access tokens share the day's calls that the workspace sets", async () => {
  const account = await newAccount();
  await updateWorkspace(account.ctx, { settings: { apiCallsPerDay: 5 } });
  const second = await call("POST", "/api/v1/auth/refresh", { body: { refreshToken: account.refreshToken } });
  const tokens = [account.accessToken, String(second.json.accessToken)];
  const statuses: number[] = [];
  for (let asked = 0; asked < scaled(5) + 2; asked++) {
    const token = tokens[asked % 2];
    statuses.push((await call("GET", "/api/v1/sites", { token, workspaceId: account.ctx.workspaceId })).status);
  }
  expect(statuses).toEqual([...Array.from({ length: scaled(5) }, () => 200), 429, 429]);
});

test("a bucket that is leased in blocks gives what it holds and no more than a tenth over", async () => {
  const subject = randomUUID();
  const limit = scaled(100);
  const results = await Promise.allSettled(
    Array.from({ length: limit * 2 }, () => takeLeased("test", subject, { count: 100, windowSeconds: 60 })),
  );
  const given = results.filter(({ status }) => status === "fulfilled").length;
  expect(given).toBeGreaterThanOrEqual(limit * 0.9);
  expect(given).toBeLessThanOrEqual(limit * 1.1);
  const [row] = await query<{ found: number }>(
    "SELECT count(*)::int AS found FROM rate_limit WHERE key LIKE '%' || $1 || '%'",
    [subject],
  );
  expect(row?.found).toBe(0);
});

test("the caller's address is the socket's; what a stranger writes to its left does not count", () => {
  const from = (header: string) => clientAddress(new Request("http://x", { headers: { "x-forwarded-for": header } }));
  expect(env().TRUSTED_PROXY_HOPS).toBe(0);
  expect(from("1.1.1.1, 2.2.2.2, 3.3.3.3")).toBe("3.3.3.3");
  expect(clientAddress(new Request("http://x"))).toBe("unknown");
});
