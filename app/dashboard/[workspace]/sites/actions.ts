"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { guessSite } from "#lib/sites/guess.ts";
import { NewSite, SiteChanges } from "#lib/sites/schema.ts";
import { createSite, deleteSite, resumeSite, updateSite } from "#lib/sites/sites.ts";

const OneSite = z.strictObject({ id: z.string().max(64) });

export const guessSiteAction = action({ input: z.strictObject({ url: z.string().max(2048) }), run: guessSite });

export const createSiteAction = action({
  input: NewSite,
  run: async (ctx, input) => ({ id: (await createSite(ctx, input)).id }),
});

export const updateSiteAction = action({
  input: OneSite.extend({ changes: SiteChanges }),
  run: async (ctx, { id, changes }) => {
    const { name, url, settings } = await updateSite(ctx, id, changes);
    refresh();
    return { name, url, settings };
  },
});

export const resumeSiteAction = action({
  input: OneSite,
  run: async (ctx, { id }) => {
    await resumeSite(ctx, id);
    refresh();
  },
});

export const deleteSiteAction = action({ input: OneSite, run: (ctx, { id }) => deleteSite(ctx, id) });
