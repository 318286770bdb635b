import fc from "fast-check";
import { expect, test } from "vitest";
import { highest, spread, ticksUpTo } from "#components/charts/chart-data.ts";

test.each([
  [0, true, [0, 1]],
  [1, true, [0, 1]],
  [7, true, [0, 2, 4, 6, 8]],
  [2100, true, [0, 1000, 2000, 3000]],
  [0.041, false, [0, 0.02, 0.04, 0.06]],
])("an axis up to %d has the ticks it should", (max, whole, ticks) => {
  expect(ticksUpTo(max, whole)).toEqual(ticks);
});

test("every axis starts at zero, covers the largest value and has few ticks", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), fc.boolean(), (max, whole) => {
      const ticks = ticksUpTo(max, whole);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
  );
});

test("piled series reach as high as their sum, gaps count as nothing", () => {
  const points = [
    { x: "a", values: { one: 3, two: 4 } },
    { x: "b", values: { one: 5, two: null } },
  ];
  const series = [
    { key: "one", label: "One" },
    { key: "two", label: "Two" },
  ];
  expect(highest(points, series, true)).toBe(7);
  expect(highest(points, series, false)).toBe(5);
  expect(highest([], series, true)).toBe(0);
});

test("labels never overlap and stay inside the plot", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 5 }), (wished) => {
      const placed = spread(wished, 16, 200).toSorted((a, b) => a - b);
      placed.forEach((y, index) => {
        expect(y).toBeLessThanOrEqual(200);
        expect(y).toBeGreaterThanOrEqual(-1e-9);
        if (index > 0) expect(y - (placed[index - 1] ?? 0)).toBeGreaterThanOrEqual(16 - 1e-9);
      });
    }),
  );
});
