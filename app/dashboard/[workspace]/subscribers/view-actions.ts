"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { chooseColumns } from "#lib/views/columns.ts";
import { NewListColumns, NewView, ViewChanges } from "#lib/views/schema.ts";
import { createView, deleteView, updateView } from "#lib/views/views.ts";

const OneView = z.strictObject({ id: z.string().max(64) });

export const chooseColumnsAction = action({
  input: NewListColumns,
  run: async (ctx, input) => void (await chooseColumns(ctx, input)),
});

export const createViewAction = action({
  input: NewView,
  run: async (ctx, input) => ({ id: (await createView(ctx, input)).id }),
});

export const updateViewAction = action({
  input: OneView.extend({ changes: ViewChanges }),
  run: async (ctx, { id, changes }) => {
    await updateView(ctx, id, changes);
    refresh();
  },
});

export const deleteViewAction = action({ input: OneView, run: (ctx, { id }) => deleteView(ctx, id) });
