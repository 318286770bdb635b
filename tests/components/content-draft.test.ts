import fc from "fast-check";
import { expect, test } from "vitest";
import { type ContentDraft, contentErrors, contentOf, emptyContent } from "#components/content/content-draft.ts";
import { Content } from "#lib/content/schema.ts";

const odd = ["", " ", "Sale", "a\u0000b", "\ud800", "👩‍👩‍👧‍👦".repeat(41)];
const texts = fc.oneof(
  fc.constantFrom(...odd, ...[41, 121, 2_001, 32_001].map((length) => "x".repeat(length))),
  fc.string({ unit: "binary", maxLength: 250 }),
);
const addresses = fc.constantFrom(
  "",
  "https://shop.example/a",
  "http://shop.example/a.png",
  "http://localhost/a.png",
  "//shop.example",
  "javascript:alert(1)",
  "https://ada@shop.example",
  "https://shop.example/ a",
  `https://shop.example/${"x".repeat(2_048)}`,
);
const drafts: fc.Arbitrary<ContentDraft> = fc.record({
  title: texts,
  message: texts,
  url: addresses,
  iconUrl: addresses,
  imageUrl: addresses,
  utm: fc.record({ source: texts, term: texts }, { requiredKeys: [] }),
  actions: fc.array(fc.record({ title: texts, url: addresses }), { maxLength: 2 }),
});

test("a form in the browser finds wrong what the shape finds wrong, field by field", () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      // Variables are the form's own matter.
      const plain = {
        ...draft,
        title: draft.title.replaceAll(/[{}]/g, ""),
        message: draft.message.replaceAll(/[{}]/g, ""),
      };
      const expected: Record<string, string[]> = {};
      for (const { path, message } of Content.safeParse(contentOf(plain)).error?.issues ?? []) {
        const field = path.join(".");
        expected[field] = [...(expected[field] ?? []), message];
      }
      expect(contentErrors(plain)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
  const action = { title: "Buy", url: "https://shop.example" };
  const three = { ...emptyContent, title: "Sale", message: "Today", actions: [action, action, action] };
  expect(contentErrors(three)).toEqual({ actions: [Content.safeParse(contentOf(three)).error?.issues[0]?.message] });
  expect(Object.keys(contentErrors(emptyContent))).toEqual(["title", "message"]);
});
