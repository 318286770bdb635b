"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { checkFeedNow, createFeed, deleteFeed, previewFeed, updateFeed } from "#lib/feeds/feeds.ts";
import { FeedChanges, FeedPreviewQuery, NewFeed } from "#lib/feeds/schema.ts";
import { action } from "#lib/http/action.ts";

const OneFeed = z.strictObject({ id: z.string().max(64) });

export const previewFeedAction = action({ input: FeedPreviewQuery, run: previewFeed });

export const createFeedAction = action({
  input: NewFeed.extend({ siteId: z.string().max(64) }),
  run: async (ctx, { siteId, ...input }) => {
    const { id, name } = await createFeed(ctx, siteId, input);
    refresh();
    return { id, name };
  },
});

export const updateFeedAction = action({
  input: OneFeed.extend({ changes: FeedChanges }),
  run: async (ctx, { id, changes }) => {
    await updateFeed(ctx, id, changes);
    refresh();
  },
});

export const checkFeedAction = action({
  input: OneFeed,
  run: async (ctx, { id }) => {
    await checkFeedNow(ctx, id);
    refresh();
  },
});

export const deleteFeedAction = action({ input: OneFeed, run: (ctx, { id }) => deleteFeed(ctx, id) });
