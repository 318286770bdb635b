import { expect, test } from "vitest";
import { compile, keyOf, matches } from "#inngest/local/expr.ts";

const event = {
  name: "order/paid",
  data: { n: 12, text: "Café", list: [1, "two", { three: 3 }], none: null, nested: { "odd key": true }, ok: true },
};
const async = { data: { n: 12, other: "x" } };

test.each([
  ["event.data.n == 12", true],
  ["event.data.n != async.data.n", false],
  ["event.data.n > 10 && event.data.n <= 12", true],
  ["event.data.n * 2 + 1 == 25 || false", true],
  ["1 + 2 * 3 == 7", true],
  ["(1 + 2) * 3 == 9 && -1 < 0 && 7 % 4 == 3", true],
  ["!event.data.ok", false],
  ["event.data.text.startsWith('Caf') && event.data.text.endsWith(\"é\")", true],
  ["event.data.text.contains('af') && event.data.text.matches('^C.*$')", true],
  ["lowercase(event.data.text) == 'café' && uppercase('a') == 'A'", true],
  ["size(event.data.list) == 3 && event.data.text.size() == 4", true],
  ["'two' in event.data.list && !('x' in event.data.list)", true],
  ["event.data.n in [11, 12]", true],
  ["event.data.nested['odd key']", true],
  ["event.data.list[2].three == 3", true],
  ["has(event.data.n) && !has(event.data.absent)", true],
  ["event.data.absent == null && event.data.none == null && event.data.absent.deeper == null", true],
  ["event.data.absent == async.data.absent", true],
  ["string(event.data.n) == '12' && int('12') == 12 && double('1.5') == 1.5", true],
  ["event.data.ok ? event.data.n == 12 : false", true],
  ["event.name == 'order\\/paid'", true],
  ["event.data.toString == null", true],
  ["event.data.constructor == null", true],
])("%s is %s", (text, expected) => {
  expect(compile(text)({ event, async })).toBe(expected);
});

test.each(["event.data.text > 3", "event.data.absent > 1", "event.data.n", "event.data.n && true", "'a' + 1 == 'a1'"])(
  "%s matches nothing, because its types do not fit",
  (text) => {
    expect(matches(text, { event, async })).toBe(false);
  },
);

test.each([
  "event.data.n ==",
  "event.data.n = 1",
  "events[0].data",
  "event.data.list.map(x, x)",
  "event.data.list.exists(x, x == 1)",
  "timestamp(event.ts)",
  "event.data.n == 1 &",
  "process.env",
  "(event.data.n",
  "event.data.text.matches('(')",
  "event.data.text.matches('a(?=b)')",
  "event.data.text.matches('(?<!a)b')",
  "event.data.text.matches('(a)\\\\1')",
  "{'a': 1}",
  "",
])("%s is refused", (text) => {
  expect(() => compile(text)).toThrow();
});

test("a pattern that takes too long on a hostile text matches nothing, and holds nobody up", () => {
  const hostile = { event: { data: { text: `${"a".repeat(60)}!` } } };
  const startedAt = Date.now();
  expect(matches("event.data.text.matches('^(a+)+$')", hostile)).toBe(false);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(matches("event.data.text.matches('^a+!$')", hostile)).toBe(true);
  expect(matches("event.data.text.matches('\\\\d')", hostile)).toBe(false);
});

test("a key tells values apart by type, and gives absent ones the same key", () => {
  expect(keyOf("event.data.n", { event })).toBe("12");
  expect(keyOf("string(event.data.n)", { event })).toBe('"12"');
  expect(keyOf("event.data.absent", { event })).toBe(keyOf("event.data.none", { event }));
  expect(keyOf("event.data.text + '-' + event.name", { event })).toBe('"Café-order/paid"');
});
