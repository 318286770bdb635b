"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { createApiKey, revokeApiKey } from "#lib/workspaces/api-keys.ts";
import { NewApiKey } from "#lib/workspaces/schema.ts";

export const createApiKeyAction = action({
  input: NewApiKey,
  run: async (ctx, input) => {
    const { name, key } = await createApiKey(ctx, input);
    refresh();
    return { name, key };
  },
});

export const revokeApiKeyAction = action({
  input: z.strictObject({ id: z.string() }),
  run: async (ctx, { id }) => {
    await revokeApiKey(ctx, id);
    refresh();
  },
});
