import { describe, expect, test } from "vitest";
import { fillOccasion, fillVariables, occasionIn } from "#lib/content/variables.ts";

describe("variables of an occasion", () => {
  test.each([
    ["{{item.title}}", "item"],
    ["New: read {{item.url|it}}", "item"],
    ["{{event.total}} for {{name}}", "event"],
    ["{{name}} in {{country}}", undefined],
    ["{{item.title", undefined],
  ])("%s is written for %s", (text, occasion) => {
    expect(occasionIn(text)).toBe(occasion);
  });

  test("are put in for a test, and the subscriber's own stay for whoever gets it", () => {
    const text = "{{name|You}} ordered for {{event.total|much}} {{event.currency|EUR}}";
    expect(fillOccasion(text, { "event.total": 12.5 }, "event")).toBe("{{name|You}} ordered for 12.5 EUR");
    expect(fillOccasion(text, { "event.total": 12.5 }, undefined)).toBe(text);
  });

  test("never bring a variable of their own", () => {
    const filled = fillOccasion("{{event.note}}", { "event.note": "{{name}}" }, "event");
    expect(fillVariables(filled, { name: "Ada" })).not.toContain("Ada");
  });
});
