import { beforeAll, describe, expect, test } from "vitest";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { eraseSubscriber } from "#lib/privacy/erase.ts";
import { SubscriberFilter } from "#lib/subscribers/schema.ts";
import { createSubscriber, getSubscriber, listSubscribers, updateSubscriber } from "#lib/subscribers/subscribers.ts";
import { newAccount } from "#tests/support/accounts.ts";

let ctx: Context;
beforeAll(async () => {
  ({ ctx } = await newAccount());
});
let last = 9_018_200;
function newPhone(): string {
  last += 1;
  return `+4930${last}`;
}
const consents = async (subscriberId: string) =>
  (await db.consent.findMany({ where: { subscriberId }, orderBy: { id: "asc" } })).map(({ kind, source }) => [
    kind,
    source,
  ]);

describe("a phone number", () => {
  test("is kept in E.164, sealed, with consent, and found by the whole number", async () => {
    const written = newPhone();
    const spaced = `${written.slice(0, 3)} ${written.slice(3, 5)} ${written.slice(5)}`;
    const person = await createSubscriber(ctx, { name: "Ada", phone: spaced });
    expect(person.phone).toBe(written);
    expect(person.subscriptions).toMatchObject([{ channel: "whatsapp", status: "active", siteId: null }]);
    expect(await consents(person.id)).toEqual([["granted", "dashboard"]]);
    const row = await db.subscription.findFirstOrThrow({ where: { subscriberId: person.id } });
    expect(Buffer.from(row.addressEncrypted ?? []).toString("latin1")).not.toContain(written.slice(3));
    const find = async (search: string) =>
      (await listSubscribers(ctx, SubscriberFilter.parse({ search }))).data.map(({ id }) => id);
    expect(await find(spaced)).toEqual([person.id]);
    expect(await find(written.slice(0, -1))).toEqual([]);
  });

  test.each(["12", "030 901820", "+49", "+999 123456789", "call me"])("is refused: %s", async (phone) => {
    await expect(createSubscriber(ctx, { name: "Nobody", phone })).rejects.toMatchObject({
      code: "validation_error",
      fields: { phone: [expect.stringContaining("no phone number")] },
    });
    expect(await db.subscriber.count({ where: { workspaceId: ctx.workspaceId, name: "Nobody" } })).toBe(0);
  });

  test("takes the place of the former one, goes with null, and can then be somebody else's", async () => {
    const [one, two] = [newPhone(), newPhone()];
    const ada = await createSubscriber(ctx, { phone: one });
    expect((await updateSubscriber(ctx, ada.id, { phone: two })).phone).toBe(two);
    expect(await consents(ada.id)).toEqual([
      ["granted", "dashboard"],
      ["withdrawn", "dashboard"],
      ["granted", "dashboard"],
    ]);
    const bob = await createSubscriber(ctx, { name: "Bob" });
    await expect(updateSubscriber(ctx, bob.id, { phone: two })).rejects.toMatchObject({
      code: "conflict",
      fields: { phone: [expect.any(String)] },
    });
    expect((await updateSubscriber(ctx, ada.id, { phone: null })).phone).toBeNull();
    expect((await updateSubscriber(ctx, bob.id, { phone: two })).phone).toBe(two);
    expect((await getSubscriber(ctx, ada.id)).subscriptions.every(({ status }) => status !== "active")).toBe(true);
  });

  test("whose owner unsubscribed or was erased is not brought back", async () => {
    const [left, erased] = [newPhone(), newPhone()];
    const ada = await createSubscriber(ctx, { phone: left });
    await db.subscription.updateMany({
      where: { subscriberId: ada.id },
      data: { status: "unsubscribed", statusReason: "unsubscribed" },
    });
    await expect(updateSubscriber(ctx, ada.id, { phone: left })).rejects.toMatchObject({ code: "conflict" });
    const bob = await createSubscriber(ctx, { phone: erased });
    await eraseSubscriber(ctx, bob.id);
    await expect(createSubscriber(ctx, { phone: erased })).rejects.toMatchObject({ code: "erased" });
  });

  test("belongs to one workspace: another may have the same", async () => {
    const phone = newPhone();
    await createSubscriber(ctx, { phone });
    const stranger = await newAccount();
    expect((await createSubscriber(stranger.ctx, { phone })).phone).toBe(phone);
  });

  test("is one person's, however many ask at once", async () => {
    const phone = newPhone();
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => createSubscriber(ctx, { phone })));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
