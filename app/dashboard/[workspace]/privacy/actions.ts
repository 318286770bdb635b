"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { eraseSubscriber } from "#lib/privacy/erase.ts";
import { getPreferenceLink } from "#lib/privacy/preference-link.ts";

const OneSubscriber = z.strictObject({ id: z.string().max(64) });

export const eraseSubscriberAction = action({
  input: OneSubscriber,
  run: async (ctx, { id }) => {
    await eraseSubscriber(ctx, id);
    refresh();
  },
});

export const preferenceLinkAction = action({ input: OneSubscriber, run: (ctx, { id }) => getPreferenceLink(ctx, id) });
