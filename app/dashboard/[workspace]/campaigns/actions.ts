"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { ApprovalNote, RejectionNote } from "#lib/campaigns/approval-schema.ts";
import { approveCampaign, rejectCampaign, submitCampaign } from "#lib/campaigns/approvals.ts";
import {
  archiveCampaign,
  createCampaign,
  deleteCampaign,
  duplicateCampaign,
  updateCampaign,
} from "#lib/campaigns/campaigns.ts";
import {
  cancelCampaign,
  pauseCampaign,
  resumeCampaign,
  retryCampaign,
  scheduleCampaign,
  sendCampaign,
  skipNextRun,
  unscheduleCampaign,
} from "#lib/campaigns/moves.ts";
import { preflight } from "#lib/campaigns/preflight.ts";
import { CampaignChanges, NewCampaign, TestSend } from "#lib/campaigns/schema.ts";
import { testContent } from "#lib/campaigns/test-send.ts";
import { WinnerChoice } from "#lib/campaigns/variants-schema.ts";
import { pickWinner } from "#lib/campaigns/winner.ts";
import { Content } from "#lib/content/schema.ts";
import { action } from "#lib/http/action.ts";
import { previewSchedule } from "#lib/recurrence/preview.ts";
import { SchedulePreview } from "#lib/recurrence/schema.ts";
import { Instant, WallTime } from "#lib/schema.ts";
import { nameTestDevice } from "#lib/sites/test-devices.ts";

/**
 * Browsers keep layouts that they fetched ahead, among them the head of a campaign with its state. After a change they
 * must not show it again.
 */
async function changed<Data>(work: Promise<Data>): Promise<Data> {
  const data = await work;
  revalidatePath("/dashboard/[workspace]", "layout");
  return data;
}

const OneCampaign = z.strictObject({ id: z.string().max(64) });

export const createCampaignAction = action({
  input: NewCampaign,
  run: async (ctx, input) => {
    const { id, revision } = await changed(createCampaign(ctx, input));
    return { id, revision };
  },
});

export const updateCampaignAction = action({
  input: OneCampaign.extend({ changes: CampaignChanges }),
  run: async (ctx, { id, changes }) => {
    const { revision } = await changed(updateCampaign(ctx, id, changes));
    return { id, revision };
  },
});

export const deleteCampaignAction = action({
  input: OneCampaign,
  run: (ctx, { id }) => changed(deleteCampaign(ctx, id)),
});

export const duplicateCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => ({ id: (await changed(duplicateCampaign(ctx, id))).id }),
});

export const archiveCampaignAction = action({
  input: OneCampaign.extend({ isArchived: z.boolean() }),
  run: async (ctx, { id, isArchived }) => void (await changed(archiveCampaign(ctx, id, isArchived))),
});

export const sendCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(sendCampaign(ctx, id))),
});

export const scheduleCampaignAction = action({
  input: OneCampaign.extend({ at: Instant.optional(), localAt: WallTime.optional() }),
  run: async (ctx, { id, at, localAt }) => void (await changed(scheduleCampaign(ctx, id, { at, localAt }))),
});

export const unscheduleCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(unscheduleCampaign(ctx, id))),
});

export const pauseCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(pauseCampaign(ctx, id))),
});

export const resumeCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(resumeCampaign(ctx, id))),
});

export const cancelCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(cancelCampaign(ctx, id))),
});

export const retryCampaignAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(retryCampaign(ctx, id))),
});

export const skipNextRunAction = action({
  input: OneCampaign,
  run: async (ctx, { id }) => void (await changed(skipNextRun(ctx, id))),
});

export const previewScheduleAction = action({
  input: SchedulePreview,
  run: async (ctx, input) => previewSchedule(ctx, input),
});

export const preflightAction = action({ input: NewCampaign, run: (ctx, input) => preflight(ctx, input) });

/** What is wrong with the links of a campaign; takes seconds. */
export const checkLinksAction = action({
  input: NewCampaign,
  run: async (ctx, input) =>
    (await preflight(ctx, input, { links: true })).checks
      .filter(({ id }) => id === "broken_link")
      .map(({ message }) => message),
});

export const submitCampaignAction = action({
  input: OneCampaign.extend({ note: ApprovalNote.shape.note }),
  run: async (ctx, { id, note }) => void (await changed(submitCampaign(ctx, id, { note }))),
});

export const approveCampaignAction = action({
  input: OneCampaign.extend({ note: ApprovalNote.shape.note }),
  run: async (ctx, { id, note }) => void (await changed(approveCampaign(ctx, id, { note }))),
});

export const rejectCampaignAction = action({
  input: OneCampaign.extend({ note: RejectionNote.shape.note }),
  run: async (ctx, { id, note }) => void (await changed(rejectCampaign(ctx, id, { note }))),
});

export const pickWinnerAction = action({
  input: OneCampaign.extend({ variant: WinnerChoice.shape.variant }),
  run: async (ctx, { id, variant }) => void (await changed(pickWinner(ctx, id, { variant }))),
});

/** To the browser that asks: it is its member's own test device from then on. */
export const testContentAction = action({
  input: z.strictObject({ siteId: z.string().max(64), content: Content, subscriptionId: z.string().max(64) }),
  run: async (ctx, { siteId, content, subscriptionId }) => {
    const sent = await testContent(ctx, siteId, content, { subscriptionIds: [subscriptionId] });
    await nameTestDevice(ctx, subscriptionId);
    return sent;
  },
});

export const testOnDevicesAction = action({
  input: TestSend.pick({ subscriptionIds: true })
    .required()
    .extend({ siteId: z.string().max(64), content: Content }),
  run: (ctx, { siteId, content, subscriptionIds }) => testContent(ctx, siteId, content, { subscriptionIds }),
});
