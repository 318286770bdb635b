import { z } from "zod";
import { Id, Instant, optionalText, PageQuery, text } from "#lib/schema.ts";
import { maxDepth, maxNodes, type Rules, ruleFaults } from "./grammar.ts";

/** The grammar for readers of the API; `ruleFaults` is what checks. */
const described = {
  description: `{"all": […]} or {"any": […]} of rules {field, op, value} and further groups, at most ${maxDepth} deep and ${maxNodes} in all. {"all": []} is everyone.`,
  type: "object",
  examples: [
    { all: [{ field: "tag", op: "eq", value: "vip" }] },
    { any: [{ field: "lastSeenAt", op: "withinDays", value: 30 }] },
  ],
  maxProperties: 1,
  minProperties: 1,
  additionalProperties: false,
  properties: { all: { type: "array", items: { type: "object" } }, any: { type: "array", items: { type: "object" } } },
};

function rulesShape(kind: "segment" | "condition") {
  return z
    .custom<Rules>(() => true)
    .superRefine((value, ctx) => {
      for (const { path, message } of ruleFaults(value, kind)) ctx.addIssue({ code: "custom", path, message });
    })
    .meta(described);
}

/** Rules over people. */
export const SegmentRules = rulesShape("segment");
/** Rules over an event's properties and the person it happened to. */
export const Condition = rulesShape("condition");

const Description = optionalText(500);
export const NewSegment = z.strictObject({
  name: text(120),
  description: Description.optional(),
  /** Only people with a subscription on this site; absent: of the whole workspace. */
  siteId: z.string().max(64).optional(),
  rules: SegmentRules,
});
export type NewSegment = z.input<typeof NewSegment>;
export const SegmentChanges = z.strictObject({
  name: text(120).optional(),
  description: Description.optional(),
  rules: SegmentRules.optional(),
});
export type SegmentChanges = z.input<typeof SegmentChanges>;

export const Segment = z.object({
  id: Id,
  siteId: Id.nullable(),
  name: z.string(),
  description: z.string(),
  rules: SegmentRules,
  /** People it had when last counted; null before the first count. */
  estimatedCount: z.number().int().nullable(),
  estimatedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Segment = z.output<typeof Segment>;

export const SegmentFilter = PageQuery.extend({
  search: z.string().max(200).optional(),
  siteId: z.string().max(64).optional(),
});
export type SegmentFilter = z.output<typeof SegmentFilter>;

export const EstimateRules = z.strictObject({ rules: SegmentRules, siteId: z.string().max(64).optional() });
export type EstimateRules = z.output<typeof EstimateRules>;

/** Somebody a rule picks, as far as a marketer recognises them. */
export const SamplePerson = z.object({
  id: Id,
  externalId: z.string().nullable(),
  name: z.string().nullable(),
  tags: z.array(z.string()),
  lastSeenAt: Instant,
});
export const Estimate = z.object({
  /** People who match now. */
  count: z.number().int(),
  /** False when counting took too long and `count` is the database's guess. */
  isExact: z.boolean(),
  /** Some of them, those seen last among the newest. */
  sample: z.array(SamplePerson),
  estimatedAt: Instant,
});
export type Estimate = z.output<typeof Estimate>;

export const SuggestionQuery = z.object({
  /** A field, or `attribute` and `event` for the names there are. */
  field: z.string().max(200).default("tag"),
  search: z.string().max(100).optional(),
});
export type SuggestionQuery = z.output<typeof SuggestionQuery>;
export const Suggestions = z.object({
  data: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), label: z.string().nullable() })),
});
export type Suggestions = z.output<typeof Suggestions>;
