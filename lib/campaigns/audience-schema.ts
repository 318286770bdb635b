import { z } from "zod";

const ids = z.array(z.string().max(64)).min(1, "At least one subscriber.").max(1000, "At most 1,000 subscribers.");
const externalIds = z
  .array(z.string().max(200))
  .min(1, "At least one subscriber.")
  .max(1000, "At most 1,000 subscribers.");
const someIds = z.array(z.string().max(64)).min(1, "At least one.").max(20, "At most 20.");

/** Whom an audience leaves out: whoever is in any of these. */
export const Exclude = z.strictObject({
  segmentIds: someIds.optional(),
  groupIds: someIds.optional(),
  subscriberIds: ids.optional(),
  externalIds: externalIds.optional(),
});
export type Exclude = z.output<typeof Exclude>;

const exclude = Exclude.optional();

/** Whom a campaign reaches. Later audiences become further members of this union. */
export const Audience = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("all"), exclude }),
  z.strictObject({ type: z.literal("segment"), segmentId: z.string().max(64), exclude }),
  z.strictObject({ type: z.literal("group"), groupId: z.string().max(64), exclude }),
  z
    .strictObject({
      type: z.literal("subscribers"),
      ids: ids.optional(),
      externalIds: externalIds.optional(),
      exclude,
    })
    .refine(
      (value) => (value.ids === undefined) !== (value.externalIds === undefined),
      "Give either ids or externalIds.",
    ),
  /** Those who look after a group, as far as they are subscribers themselves: whom alarms wake. */
  z.strictObject({ type: z.literal("custodians"), groupId: z.string().max(64), exclude }),
  /** Whoever the event is about; of triggered campaigns only. */
  z.strictObject({ type: z.literal("event_subject"), exclude }),
]);
export type Audience = z.output<typeof Audience>;

/** The segments and groups that an audience names, those it leaves out among them. */
export function namedIn(audience: Audience): { segmentIds: string[]; groupIds: string[] } {
  return {
    segmentIds: [...(audience.type === "segment" ? [audience.segmentId] : []), ...(audience.exclude?.segmentIds ?? [])],
    groupIds: [
      ...(audience.type === "group" || audience.type === "custodians" ? [audience.groupId] : []),
      ...(audience.exclude?.groupIds ?? []),
    ],
  };
}
