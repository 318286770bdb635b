import { expect, test } from "vitest";
import { directionOf, negotiateLocale } from "#lib/i18n/locales.ts";

test.each([
  [null, "en"],
  ["", "en"],
  ["en-GB,en;q=0.8", "en"],
  ["xx, yy;q=0.9", "en"],
  ["xx;q=1, en;q=0.1", "en"],
  [";;;,,q=,en;q=abc", "en"],
  ["en;q=0", "en"],
])("the header %j is answered with %s", (header, locale) => {
  expect(negotiateLocale(header)).toBe(locale);
});

test("a header of any length is read in no time", () => {
  expect(negotiateLocale("a,".repeat(1_000_000))).toBe("en");
});

test("Arabic and its kin are written from right to left", () => {
  expect(directionOf("ar-EG")).toBe("rtl");
  expect(directionOf("he")).toBe("rtl");
  expect(directionOf("de")).toBe("ltr");
});
