import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RealBrowser, startRealBrowser, workerScope } from "./real-browser.ts";

let real: RealBrowser;
beforeAll(async () => {
  real = await startRealBrowser();
}, 90_000);
afterEach(() => real.firefox.closeNotifications());
afterAll(() => real.close(), 30_000);

const waitMs = 40_000;
const message = { v: 1, id: "m-1", t: "token-of-m-1", title: "Kettles, 20 % off", body: "Until Sunday.", tag: "run-1" };

test("an encrypted push is shown as it was written, and reported as shown", { timeout: waitMs }, async () => {
  const { api, page, subscribe, send } = await real.visit();
  await subscribe();
  const icon = `${api.host}/icon.png`;

  expect(await send({ ...message, icon, requireInteraction: true })).toBe(201);
  expect(await real.firefox.waitForNotifications(page, workerScope, 1)).toEqual([
    { title: message.title, body: message.body, tag: "run-1", icon, requireInteraction: true },
  ]);
  const [report] = await api.waitForCalls("/events", 1);
  expect(report?.body.events).toEqual([{ type: "shown", t: message.t, at: expect.stringMatching(/Z$/) }]);
  expect(report?.authorization).toBeUndefined();
  await expect.poll(() => real.push.acks.at(-1)?.code).toBe(100);
});

test("a click opens the address with its UTM parameters and is reported, not as a dismissal too", {
  timeout: waitMs,
}, async () => {
  const { api, shop, subscribe, send } = await real.visit();
  await subscribe();
  const url = `${shop.origin}/sale?utm_source=pushpilot&utm_campaign=kettles`;
  await send({ ...message, url });
  await real.firefox.clickNotification(message.title);

  await expect.poll(openTabs, { timeout: 10_000 }).toContain(url);
  await api.waitForEvents(2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(api.events()).toMatchObject([{ type: "shown" }, { type: "clicked", t: message.t }]);
});

test("a click focuses a tab that is already at the address", { timeout: waitMs }, async () => {
  const { api, page, shop, subscribe, send } = await real.visit();
  await subscribe();
  const other = await real.firefox.open(`${shop.origin}/cart`);
  await send({ ...message, url: `${shop.origin}/` });
  await real.firefox.clickNotification(message.title);
  await api.waitForEvents(2);

  await expect.poll(() => page.evaluate(() => document.visibilityState), { timeout: 10_000 }).toBe("visible");
  expect(await other.evaluate(() => document.visibilityState)).toBe("hidden");
  expect((await openTabs()).filter((url) => url.startsWith(shop.origin))).toHaveLength(2);
});

test("closing a notification is reported as dismissed", { timeout: waitMs }, async () => {
  const { api, subscribe, send } = await real.visit();
  await subscribe();
  await send(message);
  await real.firefox.dismissNotification(message.title);
  await api.waitForEvents(2);

  expect(api.events()).toMatchObject([{ type: "shown" }, { type: "dismissed", t: message.t }]);
});

test("a repeat of a message replaces what is shown and dismisses nothing", { timeout: waitMs }, async () => {
  const { api, page, subscribe, send } = await real.visit();
  await subscribe();
  await send(message);
  await api.waitForEvents(1);
  await send({ ...message, body: "Until Monday." });
  await api.waitForEvents(2);
  await new Promise((resolve) => setTimeout(resolve, 500));

  expect(await real.firefox.notifications(page, workerScope)).toMatchObject([{ body: "Until Monday." }]);
  expect(api.events().map(({ type }) => type)).toEqual(["shown", "shown"]);
});

test("events wait for the API and none is lost when it comes back", { timeout: 60_000 }, async () => {
  const { api, page, subscribe, send } = await real.visit();
  await subscribe();
  api.fail("/events", 0);
  for (const n of [1, 2, 3]) await send({ ...message, t: `t-${n}`, tag: `tag-${n}` });
  await real.firefox.waitForNotifications(page, workerScope, 3);
  await api.waitForCalls("/events", 5, 30_000);
  expect(api.events()).toEqual([]);

  api.recover();
  await page.reload();
  await expect
    .poll(
      () =>
        api
          .events()
          .map(({ t }) => t)
          .sort(),
      { timeout: 30_000 },
    )
    .toEqual(["t-1", "t-2", "t-3"]);
});

test("one event that the server refuses does not hold up or lose the others", { timeout: waitMs }, async () => {
  const { api, subscribe, send } = await real.visit();
  await subscribe();
  api.fail("/events", 503, 1);
  await send({ ...message, t: "t-1", tag: "tag-1" });
  await api.waitForCalls("/events", 1);
  await send({ ...message, t: "t-2", tag: "tag-2" });
  await expect.poll(() => api.events().map(({ t }) => t), { timeout: 20_000 }).toEqual(["t-1", "t-2"]);
  api.fail("/events", 422, 1);
  await send({ ...message, t: "t-3", tag: "tag-3" });
  await api.waitForCalls("/events", 4);
  await send({ ...message, t: "t-4", tag: "tag-4" });
  await expect.poll(() => api.events().map(({ t }) => t)).toEqual(["t-1", "t-2", "t-4"]);
});

const hostile: [string, unknown][] = [
  ["nothing", ""],
  ["no JSON", "{"],
  ["a number", 7],
  ["null", null],
  ["a list", [1, 2]],
  ["objects for texts", { title: { toString: "x" }, body: [1], tag: {}, icon: 5, actions: "no", t: {} }],
  ["a prototype", '{"__proto__": {"title": "x"}, "constructor": 1, "title": ""}'],
  ["a javascript: address", { title: "Bad", url: "javascript:alert(1)" }],
  ["a javascript: address with a tab", { title: "Bad", url: "java\tscript:alert(1)" }],
  ["a data: address", { title: "Bad", url: "data:text/html,<script>alert(1)</script>" }],
  ["a file: address", { title: "Bad", url: "file:///etc/passwd" }],
  ["a protocol-relative address", { title: "Bad", url: "//evil.example/x" }],
  ["a user name that poses as a host", { title: "Bad", url: "https://shop.example@evil.example/" }],
  ["a backslash", { title: "Bad", url: "https:\\\\evil.example" }],
  ["markup", { title: "<img src=x onerror=alert(1)>", body: "<script>alert(1)</script>" }],
  ["bad pictures", { title: "Bad", icon: "javascript:alert(1)", image: "data:,x", badge: "//x" }],
  ["bad actions", { title: "Bad", actions: [null, { action: "a" }, { action: "b", title: "B", url: "javascript:1" }] }],
  ["a huge title", { title: "x".repeat(3500) }],
];

test.for(hostile)(
  "a payload of %s is shown, and its click leads nowhere but to the site",
  { timeout: waitMs },
  async ([, payload]) => {
    const { page, shop, subscribe, send } = await real.visit();
    await subscribe();
    const before = await openTabs();
    expect(await send(payload)).toBe(201);
    const [shown] = await real.firefox.waitForNotifications(page, workerScope, 1);
    expect(shown?.title).not.toBe("");
    expect(shown?.icon).toBe("");
    await expect.poll(() => real.push.acks.at(-1)?.code).toBe(100);

    await real.firefox.clickNotification(shown?.title ?? "");
    await expect.poll(() => real.firefox.notifications(page, workerScope)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await openTabs()).filter((url) => !before.includes(url) && url !== `${shop.origin}/`)).toEqual([]);
  },
);

async function openTabs(): Promise<string[]> {
  return (await real.firefox.browser.pages()).map((page) => page.url());
}
