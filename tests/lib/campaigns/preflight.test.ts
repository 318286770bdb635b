import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCampaign } from "#lib/campaigns/campaigns.ts";
import { preflight } from "#lib/campaigns/preflight.ts";
import { NewCampaign, type NewCampaignInput } from "#lib/campaigns/schema.ts";
import { db } from "#lib/db.ts";
import { enterTouches } from "#lib/delivery/frequency.ts";
import { acceptEvent } from "#lib/drips/events.ts";
import { NewEvent } from "#lib/drips/schema.ts";
import { newId } from "#lib/ids.ts";
import { updateSite } from "#lib/sites/sites.ts";
import { unsubscribe } from "#lib/subscribers/subscribe.ts";
import { wallTimeOf } from "#lib/wall-time.ts";
import type { PushService } from "#tests/support/push-service.ts";
import { newDevice, newDevices, newShop, type Shop, trustedPushService } from "#tests/support/shop.ts";

let service: PushService;
const pages = createServer((request, response) => response.writeHead(request.url === "/fine" ? 200 : 404).end());
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(pages.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  // Before anything asks for the settings.
  process.env.EGRESS_ALLOW = host;
  service = await trustedPushService();
});
afterAll(async () => {
  pages.close();
  await service.close();
});

const content = { title: "Hello {{name}}", message: "News for {{attribute.city|you}}", url: "https://shop.example/" };
const draft = (shop: Shop, changes: Partial<NewCampaignInput> = {}) =>
  NewCampaign.parse({ name: "News", siteId: shop.site.id, steps: [{ content }], ...changes });

test("the audience after consent, caps, quiet hours and hold-out is counted, and each number explained", async () => {
  const shop = await newShop();
  const [two, second, out, gone, full, asleep, named] = await newDevices(shop, service, 7, "reach");
  if (!two || !second || !out || !gone || !full || !asleep || !named) throw new Error("no devices");
  await db.subscription.update({ where: { id: second.subscriptionId }, data: { subscriberId: two.subscriberId } });
  await db.subscriber.update({ where: { id: out.subscriberId }, data: { isActive: false } });
  await unsubscribe(shop.site, gone.subscriptionId);
  const cap = { count: 1, hours: 24 };
  await updateSite(shop.ctx, shop.site.id, { settings: { frequencyCap: cap } });
  await enterTouches(cap, [
    {
      workspace_id: shop.ctx.workspaceId,
      site_id: shop.site.id,
      run_id: newId(),
      step_index: 0,
      enrollment_id: null,
      subscriber_id: full.subscriberId,
    },
  ]);
  const hour = new Date().getUTCHours();
  const at = (hours: number) => `${String((hours + 24) % 24).padStart(2, "0")}:00`;
  await db.subscriber.update({
    where: { id: asleep.subscriberId },
    data: { timezone: "UTC", quietHours: { from: at(hour - 1), to: at(hour + 2) } },
  });
  await db.subscriber.update({
    where: { id: named.subscriberId },
    data: { name: "Ada", preferences: { offers: false } },
  });

  const result = await preflight(
    shop.ctx,
    draft(shop, { options: { experiment: { holdoutShare: 0.2 }, category: "offers", ratePerMinute: 1 } }),
  );
  expect(result.recipients).toBe(5);
  expect(result.audience).toEqual({
    selected: 6,
    optedOut: 1,
    withoutDevice: 1,
    people: 4,
    severalDevices: 1,
    capped: 1,
    unwilling: 1,
    quiet: 1,
    passed: 0,
    heldOut: 1,
  });
  expect(result.checks).toContainEqual(
    expect.objectContaining({ id: "variables", level: "warning", values: { count: 3, variable: "name" } }),
  );
  expect(result.checks.filter(({ level }) => level === "blocking")).toEqual([]);
  expect(result.finishesAt?.getTime()).toBeGreaterThan(Date.now() + 60 * 60_000);
});

test("a local time says for how many it has passed and when the last zone has its turn", async () => {
  const shop = await newShop();
  const [early, late] = await newDevices(shop, service, 2, "zones");
  await db.subscriber.update({ where: { id: early?.subscriberId ?? "" }, data: { timezone: "Pacific/Kiritimati" } });
  await db.subscriber.update({ where: { id: late?.subscriberId ?? "" }, data: { timezone: "Pacific/Honolulu" } });
  const localAt = wallTimeOf(new Date(Date.now() - 3_600_000), "Pacific/Kiritimati");
  const result = await preflight(shop.ctx, draft(shop, { trigger: { type: "one_time", localAt } }));
  expect(result.audience.passed).toBe(1);
  // Honolulu is 24 hours behind Kiritimati.
  const hours = ((result.finishesAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(22.8);
  expect(hours).toBeLessThan(23.2);
});

test("the payload's worst case is the longest of all variants and translations, at the check and at create", async () => {
  const shop = await newShop();
  await newDevice(shop, service, shop.ctx.workspaceId);
  const long = { ...content, title: "Hello", message: "ä".repeat(2000) };
  const steps = [
    {
      content: { ...content, title: "Hello" },
      variants: [
        { name: "A", weight: 50, content },
        { name: "B", weight: 50, content, translations: { de: long } },
      ],
    },
  ];
  const result = await preflight(shop.ctx, draft(shop, { steps }));
  expect(result.payloadBytes).toBeGreaterThan(4000);
  expect(result.checks).toContainEqual(expect.objectContaining({ id: "payload", level: "blocking" }));
  await expect(createCampaign(shop.ctx, draft(shop, { steps }))).rejects.toMatchObject({
    code: "payload_too_large",
    fields: { "steps.0.variants.1.translations.de.message": [expect.stringContaining("of 3993")] },
  });
});

test("links that do not answer, answer with an error or lead into the own network are told when asked for", async () => {
  const shop = await newShop();
  await newDevice(shop, service, shop.ctx.workspaceId);
  const steps = [
    {
      content: {
        title: "Hello",
        message: "News",
        url: `${origin}/fine`,
        actions: [
          { title: "Gone", url: `${origin}/gone` },
          { title: "Inside", url: "http://169.254.169.254/latest" },
        ],
      },
    },
  ];
  const result = await preflight(shop.ctx, draft(shop, { steps }), { links: true });
  const told = result.checks.filter(({ id }) => id === "broken_link").map(({ message }) => message);
  expect(told).toEqual([expect.stringContaining("/gone does not work"), expect.stringContaining("169.254.169.254")]);
  const unasked = await preflight(shop.ctx, draft(shop, { steps }));
  expect(unasked.checks.filter(({ id }) => id === "broken_link")).toEqual([]);
});

const bad: [string, Partial<NewCampaignInput>, string][] = [
  [
    "weights of 60 and 60",
    { steps: [{ content, variants: [60, 60].map((weight, n) => ({ name: `V${n}`, weight, content })) }] },
    "steps.0.variants",
  ],
  ["one variant", { steps: [{ content, variants: [{ name: "A", weight: 99, content }] }] }, "steps.0.variants"],
  [
    "two variants of one name",
    { steps: [{ content, variants: [50, 50].map((weight) => ({ name: "A", weight, content })) }] },
    "steps.0.variants",
  ],
  ["30 February", { trigger: { type: "one_time", localAt: "2027-02-30T09:00" } }, "trigger.localAt"],
  [
    "quiet hours that begin when they end",
    { options: { quietHours: { from: "22:00", to: "22:00" } } },
    "options.quietHours",
  ],
  ["quiet hours at 25 o'clock", { options: { quietHours: { from: "25:00", to: "08:00" } } }, "options.quietHours.from"],
  ["more than half held out", { options: { experiment: { holdoutShare: 0.6 } } }, "options.experiment.holdoutShare"],
  ["a language that is none", { steps: [{ content, translations: { "not a tag": content } }] }, "steps.0.translations"],
];

test.each(bad)("%s is refused with the field named", (_, changes, field) => {
  const parsed = NewCampaign.safeParse({ name: "News", siteId: newId(), steps: [{ content }], ...changes });
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toContainEqual(expect.stringContaining(field));
});

test("a test share without variants, without a wait or with a local time is refused with the field named", async () => {
  const shop = await newShop();
  const variants = [50, 50].map((weight, n) => ({ name: `V${n}`, weight, content }));
  const localAt = "2027-01-31T09:00";
  const cases: [Partial<NewCampaignInput>, string][] = [
    [{ options: { experiment: { testShare: 0.2, waitMinutes: 60 } } }, "options.experiment.testShare"],
    [{ steps: [{ content, variants }], options: { experiment: { testShare: 0.2 } } }, "options.experiment.waitMinutes"],
    [
      {
        steps: [{ content, variants }],
        trigger: { type: "one_time", localAt },
        options: { experiment: { testShare: 0.2, waitMinutes: 60 } },
      },
      "options.experiment.testShare",
    ],
  ];
  for (const [changes, field] of cases)
    await expect(createCampaign(shop.ctx, draft(shop, changes))).rejects.toMatchObject({
      code: "validation_error",
      fields: { [field]: [expect.any(String)] },
    });
});

test("a feed's campaign without a link of its own is no cause for a hint: it takes the item's", async () => {
  const shop = await newShop();
  const hints = async (trigger: NewCampaignInput["trigger"]) => {
    const steps = [{ content: { title: "Tea", message: "Now." } }];
    return (await preflight(shop.ctx, draft(shop, { trigger, steps }))).checks.map(({ id }) => id);
  };
  expect(await hints({ type: "rss", feedId: newId() })).not.toContain("link");
  expect(await hints({ type: "one_time" })).toContain("link");
});

test("a variable that the last event had no value for is a hint, unless it has a fallback", async () => {
  const shop = await newShop();
  const device = await newDevice(shop, service, "event-variables");
  await acceptEvent(
    shop.ctx,
    NewEvent.parse({ name: "cart", subscriberId: device.subscriberId, properties: { total: 5 } }),
  );
  const hints = async (message: string, event = "cart") => {
    const steps = [{ content: { title: "Your cart", message } }];
    const given = draft(shop, { trigger: { type: "triggered", event }, audience: { type: "event_subject" }, steps });
    return (await preflight(shop.ctx, given)).checks.filter(({ id }) => id === "event_variables");
  };
  expect(await hints("{{event.total}} EUR")).toEqual([]);
  expect(await hints("{{event.totl|some}} EUR")).toEqual([]);
  expect(await hints("{{event.totl}} EUR")).toMatchObject([{ level: "warning", values: { property: "totl" } }]);
  expect(await hints("{{event.totl}} EUR", "never_came")).toEqual([]);
});
