import { z } from "zod";
import { Id, Instant, optionalText, PageQuery, text } from "#lib/schema.ts";

export const NewGroup = z.strictObject({ name: text(120), description: optionalText(500).optional() });
export type NewGroup = z.input<typeof NewGroup>;
export const GroupChanges = z.strictObject({ name: text(120).optional(), description: optionalText(500).optional() });
export type GroupChanges = z.input<typeof GroupChanges>;

export const Custodian = z.object({
  memberId: Id,
  name: z.string(),
  email: z.string(),
  /** The custodian as a subscriber, where alarms reach them; null: nowhere yet. */
  subscriberId: Id.nullable(),
});
export type Custodian = z.output<typeof Custodian>;

export const Group = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  /** People in it, counted to 10,000. */
  memberCount: z.number().int(),
  memberCountCapped: z.boolean(),
  custodians: z.array(Custodian),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Group = z.output<typeof Group>;

export const GroupFilter = PageQuery.extend({ search: z.string().max(200).optional() });
export type GroupFilter = z.output<typeof GroupFilter>;

const ids = z.array(z.string().max(64)).min(1, "At least one.").max(1_000, "At most 1,000 a call.");
const externalIds = z.array(z.string().max(200)).min(1, "At least one.").max(1_000, "At most 1,000 a call.");

/** Whom to add or remove: one of the three. */
export const MemberSelection = z
  .strictObject({
    ids: ids.optional(),
    externalIds: externalIds.optional(),
    /** Everybody whom the segment picks now. */
    segmentId: z.string().max(64).optional(),
  })
  .refine(
    (value) => [value.ids, value.externalIds, value.segmentId].filter((each) => each !== undefined).length === 1,
    "Give one of ids, externalIds and segmentId.",
  );
export type MemberSelection = z.output<typeof MemberSelection>;
/** `changed` were added or removed now; the others were so before. `unknown` are external ids that nobody has. */
export const MembersChanged = z.object({ changed: z.number().int(), unknown: z.array(z.string()) });
export type MembersChanged = z.output<typeof MembersChanged>;

/** One person by what one knows of them, written exactly. */
const NamedPerson = z.union([
  /** Their external id, or what `attributes.email` says. */
  z.strictObject({ email: text(200) }),
  z.strictObject({ externalId: text(200) }),
  /** With +, as +49 151 12345678. */
  z.strictObject({ phone: text(40) }),
  z.strictObject({ id: text(64) }),
]);
export type NamedPerson = z.output<typeof NamedPerson>;

export const maxNamedPeople = 20;
/** Whom to add or remove, by people who may not search everybody. */
export const NamedPeople = z.strictObject({
  people: z.array(NamedPerson).min(1, "At least one.").max(maxNamedPeople, `At most ${maxNamedPeople} a call.`),
});
export type NamedPeople = z.output<typeof NamedPeople>;
/** What came of each, in the order they were named. `unknown`: no such person. */
export const NamedPeopleChanged = z.object({
  changed: z.number().int(),
  people: z.array(z.enum(["changed", "unchanged", "unknown"])),
});
export type NamedPeopleChanged = z.output<typeof NamedPeopleChanged>;

export const GroupMemberFilter = PageQuery.extend({ search: z.string().max(200).optional() });
export type GroupMemberFilter = z.output<typeof GroupMemberFilter>;
export const GroupMember = z.object({
  id: Id,
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  tags: z.array(z.string()),
  isActive: z.boolean(),
  lastSeenAt: Instant,
});
export type GroupMember = z.output<typeof GroupMember>;

/** Replaces who looks after the group. */
export const Custodians = z.strictObject({
  custodians: z
    .array(z.strictObject({ memberId: z.string().max(64), subscriberId: z.string().max(64).nullable().optional() }))
    .max(50, "At most 50."),
});
export type Custodians = z.output<typeof Custodians>;
