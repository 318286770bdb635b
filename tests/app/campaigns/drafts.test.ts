import { expect, test } from "vitest";
import { type CampaignDraft, nameOf, newDraft } from "#app/dashboard/[workspace]/campaigns/composer/campaign-draft.ts";
import { contentsErrors, newContents } from "#app/dashboard/[workspace]/campaigns/composer/contents-draft.ts";
import { rowFault } from "#app/dashboard/[workspace]/campaigns/composer/triggers/triggered-draft.ts";
import { emptyContent } from "#components/content/content-draft.ts";

const saying = (title: string) => newContents({ ...emptyContent, title, message: "M" });

test("a drip without a name is called as its first step, whichever is on the screen", () => {
  const steps = ["Hello", "Tips"].map((title, index) => ({
    id: title,
    wait: { value: String(index), unit: "days" as const },
    contents: saying(title),
  }));
  const draft: CampaignDraft = {
    ...newDraft("site"),
    trigger: { type: "welcome", stopEvent: "" },
    steps,
    stepAt: 1,
    ...saying("Tips"),
  };
  expect(nameOf(draft)).toBe("Hello");
  expect(nameOf({ ...draft, name: "Welcome" })).toBe("Welcome");
});

test("weights of variants are 1 or more and add up to 100", () => {
  const words = { weights: "weights", variantName: "names" };
  const wrong = (...weights: string[]) =>
    "variants.weights" in
    contentsErrors(
      {
        ...saying("A"),
        variants: weights.map((weight, index) => ({ id: `${index}`, name: `${index}`, weight, ...saying("A") })),
      },
      words,
    );
  expect(wrong("50", "50")).toBe(false);
  expect(wrong("0", "0")).toBe(true);
  expect(wrong("60", "60")).toBe(true);
  expect(wrong("0", "50", "50")).toBe(true);
  expect(wrong("", "100")).toBe(true);
});

test("a line of a condition says which part of it is wrong", () => {
  const fault = (field: string, op: string, value: string) => rowFault({ id: "1", field, op, value });
  expect(fault("property.total", "gt", "20")).toBeUndefined();
  expect(fault("property.total", "gt", "much")).toBe("value");
  expect(fault("property.total", "eq", "")).toBe("value");
  expect(fault("colour", "eq", "red")).toBe("field");
  expect(fault("country", "gt", "DE")).toBe("field");
});
