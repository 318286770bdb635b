import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#lib/db.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { newAccount } from "#tests/support/accounts.ts";
import { call } from "#tests/support/api.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { newEndpoint, newSite, shopOrigin } from "#tests/support/workspace.ts";

let account: Awaited<ReturnType<typeof newAccount>>;
let siteId: string;
beforeAll(async () => {
  account = await newAccount();
  siteId = (await newSite(account.ctx)).id;
});

const origin = { origin: shopOrigin };
const subscribeBody = (changes: object = {}) => ({
  siteId,
  subscription: newBrowserSubscription(newEndpoint()).subscription,
  timezone: "Europe/Berlin",
  locale: "de-DE",
  ...changes,
});
const subscribe = (body: unknown, headers: Record<string, string> = origin) =>
  call("POST", "/api/sdk/v1/subscriptions", { body, headers });

test("a new browser is 201 with its token, the same again 200 with the same ids", async () => {
  const body = subscribeBody({ tags: ["news"] });
  const [first, again] = [await subscribe(body), await subscribe(body)];
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(Object.keys(first.json).sort()).toEqual(["subscriberId", "subscriptionId", "token"]);
  expect(again.json.subscriptionId).toEqual(first.json.subscriptionId);
});

test("the same endpoint a hundred times in parallel is one row", async () => {
  const body = subscribeBody();
  const answers = await Promise.all(Array.from({ length: 100 }, () => subscribe(body)));
  expect(new Set(answers.map(({ json }) => json.subscriptionId)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
});

const keysWith = (changes: { p256dh?: string; auth?: string }) => {
  const { subscription } = newBrowserSubscription(newEndpoint());
  return { subscription: { ...subscription, keys: { ...subscription.keys, ...changes } } };
};
const at = (endpoint: string) => ({ subscription: newBrowserSubscription(endpoint).subscription });
const offCurve = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString("base64url");

describe.each<[what: string, changes: object, status: number, field?: string]>([
  ["an http endpoint", at("http://updates.push.services.mozilla.com/x"), 400, "subscription.endpoint"],
  ["an endpoint on this machine", at("https://127.0.0.1:8443/x"), 400, "subscription.endpoint"],
  ["a mapped internal address", at("https://[::ffff:a9fe:a9fe]/x"), 400, "subscription.endpoint"],
  ["a look-alike host", at("https://fcm.googleapis.com.evil.com/x"), 400, "subscription.endpoint"],
  ["another port", at("https://fcm.googleapis.com:8443/x"), 400, "subscription.endpoint"],
  ["userinfo", at("https://fcm.googleapis.com@evil.com/x"), 400, "subscription.endpoint"],
  ["no path", at("https://fcm.googleapis.com"), 400, "subscription.endpoint"],
  ["2,049 characters", at(`https://fcm.googleapis.com/${"x".repeat(2022)}`), 400, "subscription.endpoint"],
  [
    "a p256dh of 64 bytes",
    keysWith({ p256dh: Buffer.alloc(64, 4).toString("base64url") }),
    400,
    "subscription.keys.p256dh",
  ],
  [
    "a p256dh of 33 bytes",
    keysWith({ p256dh: Buffer.alloc(33, 2).toString("base64url") }),
    400,
    "subscription.keys.p256dh",
  ],
  ["a point off the curve", keysWith({ p256dh: offCurve }), 400, "subscription.keys.p256dh"],
  ["an auth of 15 bytes", keysWith({ auth: Buffer.alloc(15).toString("base64url") }), 400, "subscription.keys.auth"],
  ["an auth of 17 bytes", keysWith({ auth: Buffer.alloc(17).toString("base64url") }), 400, "subscription.keys.auth"],
  ["a 201st tag", { tags: Array.from({ length: 201 }, (_, index) => `tag ${index}`) }, 400, "tags"],
  ["an unknown time zone", { timezone: "Mars/Phobos" }, 400, "timezone"],
  ["an unknown site", { siteId: randomUUID() }, 404],
  ["a site that is no id", { siteId: "1" }, 404],
  ["a site that is an object", { siteId: { not: "" } }, 400, "siteId"],
  ["an unknown field", { isTest: true }, 400, "isTest"],
])("%s", (_, changes, status, field) => {
  test("is refused by name and makes nobody", async () => {
    const before = await db.subscription.count();
    const answer = await subscribe(subscribeBody(changes));
    expect(answer.status, answer.text).toBe(status);
    if (field) expect(Object.keys({ ...answer.json.error?.details }), answer.text).toEqual([field]);
    expect(await db.subscription.count()).toBe(before);
  });
});

describe("origins", () => {
  test.each([undefined, "null", "https://evil.example", "https://shop.example.evil.com", "http://shop.example"])(
    "a POST from %s is 403 and cannot be read by that page",
    async (from) => {
      const answer = await subscribe(subscribeBody(), from === undefined ? {} : { origin: from });
      expect([answer.status, answer.json.error?.code]).toEqual([403, "origin_not_allowed"]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    },
  );

  test("a listed origin may read the answer, without credentials", async () => {
    const { headers } = await subscribe(subscribeBody());
    expect(headers.get("access-control-allow-origin")).toBe(shopOrigin);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("vary")).toMatch(/origin/i);
  });

  test("a preflight is granted to exactly the origins of sites", async () => {
    const ask = (path: string, from: string) => call("OPTIONS", path, { headers: { origin: from } });
    for (const path of ["/api/sdk/v1/subscriptions", "/api/sdk/v1/events", `/api/sdk/v1/sites/${siteId}/checkin`]) {
      const granted = await ask(path, shopOrigin);
      expect([granted.status, granted.headers.get("access-control-allow-origin")]).toEqual([204, shopOrigin]);
      expect((await ask(path, "https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  test("the installation's own page may speak for every site, and its browsers are test ones", async () => {
    const answer = await subscribe(subscribeBody(), { origin: "http://localhost:3000" });
    expect(answer.status).toBe(201);
    const row = await db.subscription.findUniqueOrThrow({ where: { id: String(answer.json.subscriptionId) } });
    expect(row.isTest).toBe(true);
  });

  test("the config can be read without an origin, never from a strange one, and holds no secret", async () => {
    const path = `/api/sdk/v1/sites/${siteId}/config`;
    const answer = await call("GET", path);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json).sort()).toEqual([
      "name",
      "prompt",
      "scope",
      "siteId",
      "vapidPublicKey",
      "workerPath",
    ]);
    expect((await call("GET", path, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  });

  test("pages of other origins cannot read the API's own answers", async () => {
    for (const from of ["https://evil.example", shopOrigin]) {
      const answer = await call("GET", "/api/v1/sites", { token: account.accessToken, headers: { origin: from } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("a browser's own token", () => {
  const path = (what: string) => `/api/sdk/v1/subscriptions/${what}`;
  const say = (what: string, token: string | undefined, body: unknown = {}) =>
    call("POST", path(what), { token, body, headers: origin });
  const tokenOf = async () => String((await subscribe(subscribeBody())).json.token);

  test("changes what is known of its person", async () => {
    const subscribed = await subscribe(subscribeBody());
    const token = String(subscribed.json.token);
    expect(
      (await say("identify", token, { externalId: randomUUID(), name: "Ada", attributes: { plan: "pro" } })).status,
    ).toBe(204);
    expect((await say("tags", token, { add: ["a", "b"], remove: ["b"] })).json).toEqual({ tags: ["a"] });
    expect((await say("preferences", token, { news: false })).status).toBe(204);
    const row = await db.subscriber.findUniqueOrThrow({ where: { id: String(subscribed.json.subscriberId) } });
    expect(row).toMatchObject({ name: "Ada", tags: ["a"], attributes: { plan: "pro" }, preferences: { news: false } });
  });

  test("sets and ends its person's quiet hours and leaves alone what it does not name", async () => {
    const subscribed = await subscribe(subscribeBody());
    const token = String(subscribed.json.token);
    const kept = () => db.subscriber.findUniqueOrThrow({ where: { id: String(subscribed.json.subscriberId) } });
    const quietHours = { from: "22:00", to: "08:00" };
    expect((await say("preferences", token, { news: true, quietHours })).status).toBe(204);
    expect(await kept()).toMatchObject({ quietHours, preferences: { news: true } });
    expect((await say("preferences", token, { news: false })).status).toBe(204);
    expect(await kept()).toMatchObject({ quietHours, preferences: { news: false } });
    for (const wrong of [{ quietHours: { from: "25:00", to: "08:00" } }, { quietHours: true }, { news: "yes" }])
      expect((await say("preferences", token, wrong)).status, JSON.stringify(wrong)).toBe(400);
    expect((await say("preferences", token, { quietHours: null })).status).toBe(204);
    expect(await kept()).toMatchObject({ quietHours: null, preferences: { news: false } });
  });

  test("unsubscribes it, as often as it likes, and its keys are erased", async () => {
    const subscribed = await subscribe(subscribeBody());
    const token = String(subscribed.json.token);
    expect([(await say("unsubscribe", token)).status, (await say("unsubscribe", token)).status]).toEqual([204, 204]);
    const row = await db.subscription.findUniqueOrThrow({ where: { id: String(subscribed.json.subscriptionId) } });
    expect(row).toMatchObject({ status: "unsubscribed", addressEncrypted: null, p256dh: null });
  });

  test("forged, cut, swapped or missing ones are refused", async () => {
    const [mine, other] = [await tokenOf(), await tokenOf()];
    const [id = ""] = mine.split(".");
    const [, signature = ""] = other.split(".");
    for (const forged of [`${id}.${signature}`, id, `${id}.`, `${mine}x`, randomUUID()])
      expect((await say("unsubscribe", forged, { siteId })).status, forged).toBe(401);
    expect((await say("unsubscribe", undefined, { siteId })).status).toBe(401);
    expect((await say("unsubscribe", undefined)).status).toBe(400);
  });

  test("says nothing for another site", async () => {
    const token = await tokenOf();
    const other = await newSite(account.ctx, "Other");
    expect((await say("unsubscribe", token, { siteId: other.id })).status).toBe(404);
  });

  test("does not take another person's external id", async () => {
    const externalId = randomUUID();
    await say("identify", await tokenOf(), { externalId });
    expect((await say("identify", await tokenOf(), { externalId })).status).toBe(409);
  });
});

describe("events", () => {
  const report = (events: unknown, token?: string) =>
    call("POST", "/api/sdk/v1/events", { token, body: { siteId, events }, headers: origin });

  test("forged ones change nothing", async () => {
    const forged = { type: "clicked", t: "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA" };
    const answer = await report([forged, { type: "shown", t: "x" }]);
    expect([answer.status, answer.json]).toEqual([202, { accepted: 0 }]);
  });

  test("ones of 31 days ago are 422", async () => {
    const then = new Date(Date.now() - 31 * 86_400_000).toISOString();
    const answer = await report([{ type: "shown", t: "x", at: then }]);
    expect([answer.status, answer.json.error?.code]).toEqual([422, "event_too_old"]);
  });

  test("of one's own need the browser's token", async () => {
    const custom = [{ type: "custom", name: "cart.filled", properties: { items: 3 } }];
    expect((await report(custom)).status).toBe(401);
    expect((await report(custom, "bad")).status).toBe(401);
    const { token } = (await subscribe(subscribeBody())).json;
    expect((await report(custom, String(token))).json).toEqual({ accepted: 1 });
  });

  test("51 at once, none at all, or of an unknown kind are 400", async () => {
    const shown = { type: "shown", t: "x" };
    for (const events of [Array.from({ length: 51 }, () => shown), [], [{ type: "bought", t: "x" }]])
      expect((await report(events)).status).toBe(400);
  });
});

test("the page that the SDK runs on checks in", async () => {
  const checkIn = { page: `${shopOrigin}/`, worker: "ok", permission: "granted", sdkVersion: "1" };
  expect((await call("POST", `/api/sdk/v1/sites/${siteId}/checkin`, { body: checkIn, headers: origin })).status).toBe(
    204,
  );
  const site = await call("GET", `/api/v1/sites/${siteId}`, {
    token: account.accessToken,
    workspaceId: account.ctx.workspaceId,
  });
  expect(site.json.checkIn).toMatchObject({ worker: "ok" });
});

test("an origin that is taken off the list is refused at once", async () => {
  const site = await newSite(account.ctx, "Strict");
  await updateSite(account.ctx, site.id, { settings: { allowedOrigins: ["https://new.example"] } });
  expect((await subscribe({ ...subscribeBody(), siteId: site.id })).status).toBe(403);
});

test("a click link that is forged is 404", async () => {
  expect((await call("GET", "/c/AAAA.BBBB")).status).toBe(404);
});
