import { expect, test } from "vitest";
import { missingOn } from "#components/notification-preview/platforms.ts";

const content = {
  title: "Sale",
  message: "Today",
  siteHost: "shop.example",
  iconUrl: "https://shop.example/icon.png",
  imageUrl: "https://shop.example/image.png",
  actions: [{ title: "Open" }, { title: "Later" }],
  requireInteraction: true,
};

test("Chrome on Windows shows everything that a notification can hold", () => {
  expect(missingOn("windows-chrome", content)).toEqual([]);
});

test("what a platform leaves out is named", () => {
  expect(missingOn("macos-chrome", content)).toEqual(["image"]);
  expect(missingOn("ios-safari", content)).toEqual(["icon", "image", "actions", "stay"]);
});

test("nothing is missing from a plain notification", () => {
  expect(missingOn("ios-safari", { title: "Sale", message: "Today", siteHost: "shop.example" })).toEqual([]);
});
