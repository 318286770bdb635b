import { z } from "zod";
import { Id, Instant, optionalText, PageQuery, text } from "#lib/schema.ts";

export const approvalStatuses = ["requested", "approved", "rejected", "dropped"] as const;

/** Where a campaign's newest request for approval stands; `dropped` when the campaign was changed since. */
export const ApprovalState = z.object({
  status: z.enum(approvalStatuses),
  /** What the requester said, and what whoever decided said. */
  note: z.string().nullable(),
  decisionNote: z.string().nullable(),
  requestedByUserId: Id,
  decidedByUserId: Id.nullable(),
  createdAt: Instant,
  decidedAt: Instant.nullable(),
});
export type ApprovalState = z.output<typeof ApprovalState>;

/** A request in the list of all. */
export const Approval = ApprovalState.extend({
  id: Id,
  campaignId: Id,
  campaignName: z.string(),
  requestedByName: z.string().nullable(),
  decidedByName: z.string().nullable(),
});
export type Approval = z.output<typeof Approval>;

/** A request beside the campaign as it is now. */
export const ApprovalDetail = Approval.extend({
  /** What differs between what was submitted and the campaign now: dotted paths and values as text, null for none. */
  changes: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Whether the caller may decide it, and if not why. */
  mayDecide: z.boolean(),
  whyNot: z.string().nullable(),
});
export type ApprovalDetail = z.output<typeof ApprovalDetail>;

export const ApprovalOfCampaign = z.object({
  /** Whether the workspace lets nothing out without approval. */
  isRequired: z.boolean(),
  /** null: nobody asked yet. */
  current: ApprovalDetail.nullable(),
});
export type ApprovalOfCampaign = z.output<typeof ApprovalOfCampaign>;

const maxNote = 1000;
export const ApprovalNote = z.strictObject({ note: optionalText(maxNote).optional() });
export type ApprovalNote = z.output<typeof ApprovalNote>;
/** Who rejects says why. */
export const RejectionNote = z.strictObject({ note: text(maxNote) });
export type RejectionNote = z.output<typeof RejectionNote>;

export const ApprovalFilter = PageQuery.extend({ status: z.enum(approvalStatuses).optional() });
export type ApprovalFilter = z.output<typeof ApprovalFilter>;
