import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { addressHash } from "#lib/crypto.ts";
import { query } from "#lib/db.ts";
import { getSite } from "#lib/sites/sites.ts";
import { subscribe } from "#lib/subscribers/subscribe.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { newShop, type Shop } from "#tests/support/shop.ts";

/** Browsers that come at the same moment share a transaction, and know nothing of each other. */

const newEndpoint = () => `https://fcm.googleapis.com/fcm/send/${randomUUID()}`;

function subscribeAt(shop: Shop, endpoint: string, more: object = {}, isTest = false) {
  const { subscription } = newBrowserSubscription(endpoint);
  const facts = { userAgent: null, country: "FR", isTest };
  return subscribe(shop.site, { siteId: shop.site.id, subscription, ...more }, facts);
}

const rowsOf = (shop: Shop) =>
  query<{ id: string; subscriber: string; status: string; made: string; tags: string[]; country: string }>(
    `SELECT s.id, s.subscriber_id AS subscriber, s.status::text, s.created_at::text AS made, u.tags, u.country
       FROM subscription s JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id
      WHERE s.site_id = $1 ORDER BY s.created_at, s.id`,
    [shop.site.id],
  );

test("a hundred browsers of two sites are taken in by a few transactions, each with its own answer, tags and consent", async () => {
  const shops = [await newShop(), await newShop()];
  const asked = Array.from({ length: 100 }, (_, n) => ({ shop: shops[n % 2] as Shop, endpoint: newEndpoint(), n }));
  const answers = await Promise.all(
    asked.map(({ shop, endpoint, n }) => subscribeAt(shop, endpoint, { tags: [`t${n}`, "all", "all"], page: `/${n}` })),
  );
  expect(answers.every(({ created }) => created)).toBe(true);
  const made = new Set<string>();
  for (const shop of shops) {
    const rows = await rowsOf(shop);
    expect(rows).toHaveLength(50);
    for (const row of rows) {
      const n = answers.findIndex(({ subscriptionId }) => subscriptionId === row.id);
      expect([asked[n]?.shop, answers[n]?.subscriberId, row.country]).toEqual([shop, row.subscriber, "FR"]);
      expect(row.tags.toSorted()).toEqual(["all", `t${n}`]);
      const consents = await query("SELECT kind, page FROM consent WHERE subscription_id = $1", [row.id]);
      expect(consents).toEqual([{ kind: "granted", page: `/${n}` }]);
      made.add(row.made);
    }
    expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(50);
  }
  // The instant is the transaction's own.
  expect(made.size).toBeLessThan(10);
});

test("beside each other a known browser, a moved one, an erased one and one with a foreign key are each answered truly", async () => {
  const shop = await newShop();
  const [known, moved, erased] = [newEndpoint(), newEndpoint(), newEndpoint()];
  const before = await subscribeAt(shop, known, { tags: ["old"] });
  const former = await subscribeAt(shop, moved);
  await query("INSERT INTO tombstone (workspace_id, hash) VALUES ($1, $2)", [
    shop.site.workspaceId,
    Buffer.from(addressHash(erased)),
  ]);
  const all = await Promise.allSettled([
    subscribeAt(shop, newEndpoint()),
    subscribeAt(shop, known, { tags: ["new"] }),
    subscribeAt(shop, newEndpoint(), { previousEndpoint: moved }),
    subscribeAt(shop, erased),
    subscribeAt(shop, newEndpoint(), { vapidPublicKey: "foreign" }),
    subscribeAt(shop, newEndpoint(), {}, true),
  ]);
  const [fresh, again, elsewhere, refused, foreign, own] = all;
  expect(all.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(fresh).toMatchObject({ value: { created: true } });
  expect(again).toMatchObject({ value: { created: false, subscriptionId: before.subscriptionId } });
  expect(elsewhere).toMatchObject({ value: { created: true, subscriberId: former.subscriberId } });
  expect(refused).toMatchObject({ reason: { code: "erased" } });
  expect(foreign).toMatchObject({ reason: { code: "validation_error" } });
  expect(own).toMatchObject({ value: { created: true } });
  const rows = await rowsOf(shop);
  expect(rows.find(({ id }) => id === before.subscriptionId)?.tags.toSorted()).toEqual(["new", "old"]);
  expect(rows.find(({ id }) => id === former.subscriptionId)?.status).toBe("expired");
  // The known, the fresh and the moved one; the own one is a test.
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(3);
});

test("addresses of one person that come at once keep all their tags, in any mixture of known and new", async () => {
  const shop = await newShop();
  const [one, two] = [newEndpoint(), newEndpoint()];
  const first = await subscribeAt(shop, one);
  const second = await subscribeAt(shop, two);
  await query("UPDATE subscription SET subscriber_id = $1 WHERE id = $2", [first.subscriberId, second.subscriptionId]);
  const answers = await Promise.all([
    subscribeAt(shop, newEndpoint()),
    subscribeAt(shop, one, { tags: ["a"] }),
    subscribeAt(shop, two, { tags: ["b"] }),
    subscribeAt(shop, one, { tags: ["c"] }),
  ]);
  expect(answers.slice(1).map(({ subscriberId }) => subscriberId)).toEqual(Array(3).fill(first.subscriberId));
  const [row] = await query<{ tags: string[] }>("SELECT tags FROM subscriber WHERE id = $1", [first.subscriberId]);
  expect(row?.tags.toSorted()).toEqual(["a", "b", "c"]);
});

test("a chain of addresses that one browser leaves behind at once ends with one active address and one person", async () => {
  const shop = await newShop();
  const chain = Array.from({ length: 6 }, newEndpoint);
  const answers = await Promise.all(
    chain.map((endpoint, n) => subscribeAt(shop, endpoint, n === 0 ? {} : { previousEndpoint: chain[n - 1] })),
  );
  expect(new Set(answers.map(({ subscriberId }) => subscriberId)).size).toBe(1);
  const rows = await rowsOf(shop);
  expect(rows.filter(({ status }) => status === "active").map(({ id }) => id)).toEqual([answers[5]?.subscriptionId]);
  expect((await getSite(shop.ctx, shop.site.id)).subscriberCount).toBe(1);
});
