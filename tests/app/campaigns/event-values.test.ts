import { expect, test } from "vitest";
import {
  doubledName,
  propertiesOf,
  valuesOf,
} from "#app/dashboard/[workspace]/campaigns/[campaignId]/(detail)/history/event-values.ts";

test("a test event begins with the newest one's values and what content and condition name, and keeps their kinds", () => {
  const values = valuesOf({ total: 12.5, zip: "01067", paid: true, note: null }, ["total", "city"]);
  expect(values.map(({ name, value }) => [name, value])).toEqual([
    ["total", "12.5"],
    ["zip", "01067"],
    ["paid", "true"],
    ["note", ""],
    ["city", ""],
  ]);
  expect(propertiesOf(values)).toEqual({ total: 12.5, zip: "01067", paid: true });
});

test("what is typed is a number or true and false where it reads so, and without a name or value nothing", () => {
  const typed = (name: string, value: string) => ({ id: name + value, name, value, isText: false });
  expect(
    propertiesOf([
      typed("a", " 7 "),
      typed("b", "-0.5"),
      typed("c", "1e9"),
      typed("d", "false"),
      typed("e", " "),
      typed("", "x"),
    ]),
  ).toEqual({ a: 7, b: -0.5, c: "1e9", d: false });
  expect(doubledName([typed("a", "1"), typed(" a ", "2")])).toBe("a");
  expect(doubledName([typed("", "1"), typed("", "2")])).toBeUndefined();
});
