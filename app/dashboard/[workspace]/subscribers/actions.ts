"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { changeTagsOfMany } from "#lib/subscribers/bulk.ts";
import { mergeSubscribers } from "#lib/subscribers/merge.ts";
import { BulkTags, Merge, NewSubscriber, SubscriberChanges } from "#lib/subscribers/schema.ts";
import {
  createSubscriber,
  deleteSubscriber,
  restoreSubscriber,
  updateSubscriber,
} from "#lib/subscribers/subscribers.ts";

const OneSubscriber = z.strictObject({ id: z.string().max(64) });

export const createSubscriberAction = action({
  input: NewSubscriber,
  run: async (ctx, input) => ({ id: (await createSubscriber(ctx, input)).id }),
});

export const updateSubscriberAction = action({
  input: OneSubscriber.extend({ changes: SubscriberChanges }),
  run: async (ctx, { id, changes }) => {
    await updateSubscriber(ctx, id, changes);
    refresh();
  },
});

/** Without a render: from its own page the person is gone, and the caller leaves first. */
export const deleteSubscriberAction = action({ input: OneSubscriber, run: (ctx, { id }) => deleteSubscriber(ctx, id) });

export const restoreSubscriberAction = action({
  input: OneSubscriber,
  run: async (ctx, { id }) => void (await restoreSubscriber(ctx, id)),
});

export const mergeSubscribersAction = action({
  input: OneSubscriber.extend(Merge.shape),
  run: async (ctx, { id, fromId }) => void (await mergeSubscribers(ctx, id, fromId)),
});

export const changeTagsAction = action({
  input: BulkTags,
  run: async (ctx, input) => ({ changed: await changeTagsOfMany(ctx, input) }),
});
