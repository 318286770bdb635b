import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Lab } from "./lab.ts";
import { startLab } from "./lab.ts";

vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

let lab: Lab;
beforeAll(async () => {
  lab = await startLab((client, notebook) => {
    const note = async ({ event }: { event: { data?: unknown } }) =>
      notebook.note("ran", (event.data as { n: unknown }).n);
    return [
      client.createFunction({ id: "poison", triggers: [{ event: "poison/go" }] }, note),
      client.createFunction({ id: "fine", triggers: [{ event: "fine/go" }] }, note),
      client.createFunction({ id: "odd", triggers: [{ event: "odd/go", if: "event.data.n.x.y > 3" }] }, note),
      client.createFunction(
        { id: "odd-key", idempotency: "event.data.n.size()", triggers: [{ event: "odd-key/go" }] },
        note,
      ),
    ];
  });
});
afterAll(() => lab.stop());

const post = (body: string) => lab.api("/e/any", { method: "POST", body });
const query = (sql: string) => lab.database?.query(sql) ?? Promise.resolve([]);

test.each([
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a number", "7"],
  ["a list of lists", "[[[]]]"],
  ["a good event beside a bad one", '[{"name":"fine/go","data":{"n":"beside"}},{"name":""}]'],
  ["a name that is no text", '{"name":{"x":1}}'],
  ["a name with NUL", '{"name":"a\\u0000b"}'],
  ["an id that is no text", '{"name":"a","id":5}'],
  ["a time that is none", '{"name":"a","ts":"yesterday"}'],
  ["a time beyond all dates", '{"name":"a","ts":1e300}'],
  ["data nested deeper than can be written", `{"name":"a","data":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`],
])("%s is refused whole, with a sentence", async (_what, body) => {
  const answer = await post(body);
  expect([answer.status, await answer.json()]).toMatchObject([400, { status: 400, error: expect.any(String) }]);
  expect(await query("select 1 from inngest_local.event where body like '%beside%'")).toEqual([]);
});

test("an event over 3 MiB is refused, one just below is taken", async () => {
  const event = (bytes: number) => JSON.stringify([{ name: "big/go", data: { text: "x".repeat(bytes) } }]);
  const refused = await post(event(3 * 1024 * 1024));
  expect([refused.status, await refused.json()]).toMatchObject([413, { status: 413, error: /at most 3145728/ }]);
  expect((await post(event(3 * 1024 * 1024 - 500))).status).toBe(200);
  // Together they may be more.
  const several = JSON.stringify(Array(3).fill({ name: "big/go", data: { text: "x".repeat(1_500_000) } }));
  expect((await post(several)).status).toBe(200);
});

test("more than 5,000 events in one request are refused, and a body over 64 MiB", async () => {
  expect((await post(JSON.stringify(Array(5_001).fill({ name: "many/go" })))).status).toBe(413);
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(32)),
  });
  const endless = fetch(new URL("/e/any", lab.serverUrl), {
    method: "POST",
    body: stream,
    duplex: "half",
  } as RequestInit).then(
    ({ status }) => status,
    () => "cut",
  );
  expect([413, "cut"]).toContain(await endless);
  expect((await lab.api("/health")).status).toBe(200);
});

test("conditions and keys over odd data decide without harm: such events start nothing, or run alone", async () => {
  await lab.client.send([
    { name: "odd/go", data: { n: "text" } },
    { name: "odd/go", data: {} },
    { name: "odd-key/go", data: { n: 5 } },
  ]);
  expect(await lab.notebook.until("ran", 1)).toEqual([5]);
});

test("a trigger that always fails sets its events aside after five tries, and holds no other up", async () => {
  const before = lab.notebook.of("ran").length;
  await query(`
    create function poison() returns trigger language plpgsql as $$
      begin raise exception 'poisoned %', new.fn_id; end $$`);
  await query(`
    create trigger poison before insert on inngest_local.run
      for each row when (new.fn_id = 'lab-poison') execute function poison()`);
  const events = Array.from({ length: 60 }, (_, n) => ({ name: n % 20 === 7 ? "poison/go" : "fine/go", data: { n } }));
  await lab.client.send(events);
  expect(await lab.notebook.until("ran", before + 57)).toHaveLength(before + 57);
  const aside = () =>
    query("select name, tries, done, error from inngest_local.event where error is not null order by id");
  const expected = { name: "poison/go", tries: 5, done: true, error: "poisoned lab-poison" };
  await expect.poll(aside, { timeout: 20_000 }).toEqual([expected, expected, expected]);
  await query("drop trigger poison on inngest_local.run");
  const [event] = await query("select id from inngest_local.event where error is not null limit 1");
  expect((await lab.api(`/local/events/${event?.id}/again`, { method: "POST" })).status).toBe(204);
  expect(await lab.notebook.until("ran", before + 58)).toHaveLength(before + 58);
});
