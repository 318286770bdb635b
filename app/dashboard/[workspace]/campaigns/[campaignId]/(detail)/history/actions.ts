"use server";

import { z } from "zod";
import { TestFire } from "#lib/drips/schema.ts";
import { testFire } from "#lib/drips/test-fire.ts";
import { action } from "#lib/http/action.ts";

/** Fires a triggered campaign for chosen people. */
export const testFireAction = action({
  input: TestFire.extend({ id: z.string().max(64) }),
  run: (ctx, { id, ...input }) => testFire(ctx, id, input),
});
