"use server";

import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { estimateRules, estimateSegment } from "#lib/segments/estimate.ts";
import { EstimateRules, NewSegment, SegmentChanges } from "#lib/segments/schema.ts";
import { createSegment, deleteSegment, updateSegment } from "#lib/segments/segments.ts";

const OneSegment = z.strictObject({ id: z.string().max(64) });

export const createSegmentAction = action({
  input: NewSegment,
  run: async (ctx, input) => ({ id: (await createSegment(ctx, input)).id }),
});

export const updateSegmentAction = action({
  input: OneSegment.extend({ changes: SegmentChanges }),
  run: async (ctx, { id, changes }) => void (await updateSegment(ctx, id, changes)),
});

export const deleteSegmentAction = action({ input: OneSegment, run: (ctx, { id }) => deleteSegment(ctx, id) });

/** Counts what is being written. */
export const estimateRulesAction = action({ input: EstimateRules, run: estimateRules });

export const estimateSegmentAction = action({
  input: OneSegment,
  run: async (ctx, { id }) => ({ count: (await estimateSegment(ctx, id)).count }),
});
