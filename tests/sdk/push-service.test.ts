import https from "node:https";
import { afterAll, beforeEach, expect, test } from "vitest";
import webPush from "web-push";
import { decryptPush, newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { startPushService } from "#tests/support/push-service.ts";

const service = await startPushService();
const vapid = webPush.generateVAPIDKeys();
const agent = new https.Agent({ ca: service.ca });

beforeEach(() => service.reset());
afterAll(() => service.close());

function send(token: string, more: Partial<webPush.RequestOptions> = {}) {
  const browser = newBrowserSubscription(service.endpoint(token));
  const details = { subject: "mailto:owner@example.com", ...vapid };
  return {
    browser,
    result: webPush
      .sendNotification(browser.subscription, "hello", { vapidDetails: details, agent, topic: "t1", TTL: 60, ...more })
      .catch((error) => error),
  };
}

test("a message of the reference sender is accepted, recorded and readable with the browser's keys", async () => {
  const { browser, result } = send("a");

  expect(await result).toMatchObject({ statusCode: 201 });
  expect(service.posts).toMatchObject([{ token: "a", topic: "t1", ttl: "60", status: 201, accepted: true }]);
  const [post] = service.posts;
  expect(decryptPush(post?.body ?? Buffer.of(), browser).toString()).toBe("hello");
});

test("a VAPID token for another audience is refused", async () => {
  const origin = "https://elsewhere.example";
  const headers = webPush.getVapidHeaders(origin, "mailto:a@b.example", vapid.publicKey, vapid.privateKey, "aes128gcm");
  const foreign = { headers: { Authorization: headers.Authorization }, vapidDetails: undefined };

  expect(await send("a", foreign).result).toMatchObject({ statusCode: 401 });
});

test("scripts answer per token, so many times, and with their headers", async () => {
  service.script({ token: "b", times: 1, answer: { status: 429, headers: { "retry-after": "7" } } });

  expect(await send("b").result).toMatchObject({ statusCode: 429, headers: { "retry-after": "7" } });
  expect(await send("b").result).toMatchObject({ statusCode: 201 });
  expect(await send("c").result).toMatchObject({ statusCode: 201 });
});

test("a lost reply counts as accepted and a reset does not", async () => {
  service.script({ token: "lost", answer: { fault: "lost-reply" } });
  service.script({ token: "reset", answer: { fault: "reset" } });

  expect(await send("lost").result).toMatchObject({ code: "ECONNRESET" });
  expect(await send("reset").result).toMatchObject({ code: "ECONNRESET" });
  expect(service.posts.map(({ accepted }) => accepted)).toEqual([true, false]);
});

test("a share of failures is met and repeats with the seed", async () => {
  const run = async () => {
    service.reset();
    service.script({ percent: 30, answer: { status: 503 } });
    for (let index = 0; index < 60; index += 1) await send(`p${index}`).result;
    return service.posts.map(({ status }) => status);
  };

  const first = await run();
  expect(first.filter((status) => status === 503).length).toBeGreaterThan(8);
  expect(first.filter((status) => status === 503).length).toBeLessThan(30);
  expect(await run()).toEqual(first);
});

test("the control API scripts, lists and counts", async () => {
  const script = { token: "x", answer: { status: 410 } };
  await fetch(`${service.controlUrl}/scripts`, { method: "POST", body: JSON.stringify(script) });

  expect(await send("x").result).toMatchObject({ statusCode: 410 });
  expect(await (await fetch(`${service.controlUrl}/posts`)).json()).toMatchObject([{ token: "x", status: 410 }]);
  expect(await (await fetch(`${service.controlUrl}/numbers`)).json()).toMatchObject({ posts: 1, byStatus: { 410: 1 } });
});
