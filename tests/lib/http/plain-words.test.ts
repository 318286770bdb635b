import { expect, test } from "vitest";
import { z } from "zod";
import { AppError } from "#lib/errors.ts";
import { decodeInput } from "#lib/http/input.ts";

function faultsOf(shape: z.ZodType, value: unknown): unknown {
  try {
    decodeInput(shape, value, "body");
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
  return undefined;
}

test("what is wrong with a field is said in plain words, by rules without words of their own too", () => {
  const shape = z.strictObject({
    count: z.number().min(1),
    share: z.number().gt(0).max(1),
    page: z.number().max(10_000),
    name: z.string().min(1),
    note: z.string().max(5),
    list: z.array(z.number()).max(2),
    kind: z.enum(["a", "b"]),
    one: z.literal("x"),
    flag: z.boolean(),
    own: z.string().min(3, "Too small for us."),
    needed: z.string(),
  });
  const value = {
    count: 0,
    share: 0,
    page: 10_001,
    name: "",
    note: "123456",
    list: [1, 2, 3],
    kind: "c",
    one: "y",
    flag: 1,
    own: "",
  };
  expect(faultsOf(shape, { ...value, more: 1 })).toEqual({
    count: ["Must be at least 1."],
    share: ["Must be more than 0."],
    page: ["Must be at most 10,000."],
    name: ["Must not be empty."],
    note: ["Must have at most 5 characters."],
    list: ["Must have at most 2 entries."],
    kind: ["Must be one of a, b."],
    one: ["Must be x."],
    flag: ["Must be true or false."],
    own: ["Too small for us."],
    needed: ["Required."],
    more: ["Unknown field."],
  });
});
