"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { exportSiteKey, importSiteKey, retireSiteKey, rotateSiteKey } from "#lib/sites/keys.ts";
import { KeyPair } from "#lib/sites/schema.ts";

const OneSite = z.strictObject({ siteId: z.string().max(64) });
const OneKey = OneSite.extend({ keyId: z.string().max(64) });

export const rotateKeyAction = action({
  input: OneSite,
  run: async (ctx, { siteId }) => {
    await rotateSiteKey(ctx, siteId);
    refresh();
  },
});

export const retireKeyAction = action({
  input: OneKey.extend({ loseDevices: z.boolean() }),
  run: async (ctx, { siteId, keyId, loseDevices }) => {
    await retireSiteKey(ctx, siteId, keyId, { loseDevices });
    refresh();
  },
});

export const importKeyAction = action({
  input: OneSite.extend({ pair: KeyPair }),
  run: async (ctx, { siteId, pair }) => {
    const { created } = await importSiteKey(ctx, siteId, pair);
    refresh();
    return { created };
  },
});

export const exportKeyAction = action({
  input: OneKey,
  run: (ctx, { siteId, keyId }) => exportSiteKey(ctx, siteId, keyId),
});
