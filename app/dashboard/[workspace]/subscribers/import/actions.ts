"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { announceImport, cancelImport, previewImport, startImport } from "#lib/imports/imports.ts";
import { ImportMapping, NewImportUpload, StartImport } from "#lib/imports/schema.ts";

const OneImport = z.strictObject({ id: z.string().max(64) });

/** Gives the browser an address for the file, which is too large for an action. */
export const announceImportAction = action({ input: NewImportUpload, run: announceImport });

export const previewImportAction = action({
  input: OneImport.extend({ mapping: ImportMapping }),
  run: (ctx, { id, mapping }) => previewImport(ctx, id, mapping),
});

export const startImportAction = action({
  input: OneImport.extend(StartImport.shape),
  run: async (ctx, { id, ...input }) => {
    await startImport(ctx, id, input);
    refresh();
  },
});

export const cancelImportAction = action({
  input: OneImport,
  run: async (ctx, { id }) => {
    await cancelImport(ctx, id);
    refresh();
  },
});
