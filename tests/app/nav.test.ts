import { expect, test } from "vitest";
import { instanceNav, nav } from "#app/dashboard/[workspace]/nav.ts";

test("after g each page of the menu has a letter of its own", () => {
  const keys = [...nav, ...instanceNav].flatMap(({ items }) => items.map(({ goKey }) => goKey));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
