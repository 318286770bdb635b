import type { Subscriber } from "#lib/subscribers/schema.ts";

/** What tells nameless people apart: the end of the id, as in the ledger of campaigns. */
export function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}

/** The device last seen among those that still work, else the newest of all. */
export function mainDevice({
  subscriptions,
}: Pick<Subscriber, "subscriptions">): Subscriber["subscriptions"][number] | undefined {
  const own = subscriptions.filter((device) => !device.isTest);
  const active = own.filter((device) => device.status === "active");
  // A phone number only where there is nothing else.
  const isNumber = ({ channel }: { channel: string }) => Number(channel === "whatsapp");
  return (active.length > 0 ? active : own).toSorted(
    (a, b) => isNumber(a) - isNumber(b) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
  )[0];
}
