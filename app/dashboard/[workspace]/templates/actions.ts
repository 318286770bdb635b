"use server";

import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { NewTemplate, TemplateChanges } from "#lib/templates/schema.ts";
import { createTemplate, deleteTemplate, getTemplate, updateTemplate } from "#lib/templates/templates.ts";

const OneTemplate = z.strictObject({ id: z.string().max(64) });

export const createTemplateAction = action({
  input: NewTemplate,
  run: async (ctx, input) => ({ id: (await createTemplate(ctx, input)).id }),
});

export const updateTemplateAction = action({
  input: OneTemplate.extend({ changes: TemplateChanges }),
  run: async (ctx, { id, changes }) => void (await updateTemplate(ctx, id, changes)),
});

/** `name` is the copy's, in the reader's language. */
export const duplicateTemplateAction = action({
  input: OneTemplate.extend({ name: z.string().max(2000) }),
  run: async (ctx, { id, name }) => {
    const { content } = await getTemplate(ctx, id);
    return { id: (await createTemplate(ctx, { name: name.slice(0, 120), channel: "web_push", content })).id };
  },
});

export const deleteTemplateAction = action({ input: OneTemplate, run: (ctx, { id }) => deleteTemplate(ctx, id) });
