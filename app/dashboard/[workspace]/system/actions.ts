"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { action } from "#lib/http/action.ts";
import type { Operator } from "#lib/system/operator.ts";
import { Ulid } from "#lib/system/schema.ts";
import { cancelWork, retryEvent, retryWork } from "#lib/system/system.ts";

const ById = z.strictObject({ id: Ulid });

export const retryWorkAction = action({
  input: ById,
  run: async (ctx, { id }) => {
    await retryWork(operatorOf(ctx), id);
    refresh();
  },
});

export const cancelWorkAction = action({
  input: ById,
  run: async (ctx, { id }) => {
    await cancelWork(operatorOf(ctx), id);
    refresh();
  },
});

export const retryEventAction = action({
  input: ById,
  run: async (ctx, { id }) => {
    await retryEvent(operatorOf(ctx), id);
    refresh();
  },
});

/** The work of an installation belongs to no workspace: only who asks counts. */
function operatorOf({ actor, requestId }: Context): Operator {
  if (actor.type !== "user") throw new AppError("forbidden", "Only a person can do this.");
  return { userId: actor.userId, requestId };
}
