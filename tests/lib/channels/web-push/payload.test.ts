import { expect, test } from "vitest";
import { maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import {
  buildPayload,
  isDeclarativeEndpoint,
  type PushContent,
  payloadBytes,
  topicOf,
} from "#lib/channels/web-push/payload.ts";

const content: PushContent = {
  id: "0198a000-0000-7000-8000-000000000001",
  t: "token",
  title: "Grüße 👋",
  body: "Half price until Friday",
  icon: "https://shop.example/icon.png",
  url: "https://shop.example/sale?utm_source=push",
  actions: [
    { action: "a0", title: "Open", url: "https://shop.example/sale" },
    { action: "a1", title: "Later" },
  ],
  tag: "tag",
  requireInteraction: true,
};
const navigate = "https://push.example/c/signed";

test("the payload is the shape that the worker reads, without what is not set", () => {
  expect(JSON.parse(buildPayload({ ...content, image: undefined }).toString())).toEqual({ v: 1, ...content });
  expect(payloadBytes(content)).toBe(buildPayload(content).length);
});

test("Safari's form carries the same beside the declarative one", () => {
  const { web_push, notification, ...ours } = JSON.parse(buildPayload(content, { navigate }).toString());

  expect(ours).toEqual({ v: 1, ...content });
  expect(web_push).toBe(8030);
  expect(notification).toEqual({
    title: content.title,
    body: content.body,
    navigate,
    icon: content.icon,
    tag: "tag",
    requireInteraction: true,
    actions: [
      { action: "a0", title: "Open", navigate: "https://shop.example/sale" },
      { action: "a1", title: "Later", navigate },
    ],
  });
});

test("a payload that fits everywhere else fits for Safari too", () => {
  const long = { ...content, body: "" };
  const full = { ...long, body: "x".repeat(maxPayloadBytes - payloadBytes(long)) };

  const payload = buildPayload(full, { navigate });

  expect(payload).toHaveLength(maxPayloadBytes);
  expect(JSON.parse(payload.toString())).toEqual({ v: 1, ...full });
});

test("bytes are counted, not characters", () => {
  expect(payloadBytes({ ...content, body: "é" }) - payloadBytes({ ...content, body: "e" })).toBe(1);
});

test("only Apple's endpoints are declarative", () => {
  expect(isDeclarativeEndpoint("https://web.push.apple.com/abc")).toBe(true);
  expect(isDeclarativeEndpoint("https://fcm.googleapis.com/web.push.apple.com")).toBe(false);
  expect(isDeclarativeEndpoint("nonsense")).toBe(false);
});

test("a topic is 32 URL-safe characters, the same for a repeat and another for another step or run", () => {
  expect(topicOf("run", 0)).toMatch(/^[\w-]{32}$/);
  expect(topicOf("run", 0)).toBe(topicOf("run", 0));
  expect(new Set([topicOf("run", 0), topicOf("run", 1), topicOf("run2", 0)]).size).toBe(3);
});
