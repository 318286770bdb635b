import "server-only";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { authorize, type Permission } from "#lib/auth/permissions.ts";
import { sessionContext } from "#lib/auth/workspace-context.ts";
import type { Context } from "#lib/context.ts";
import { AppError, type ErrorCode, type FieldErrors } from "#lib/errors.ts";
import { asAppError } from "./failure.ts";
import { decodeInput, refuseHostile } from "./input.ts";

/** What a server action gives the form that called it. `fields` are named by dotted path, as in the API's `details`. */
export type ActionResult<Data> =
  | { ok: true; data: Data }
  | { ok: false; code: ErrorCode; message: string; fields?: FieldErrors };

/**
 * A server action of a workspace: the door for forms. It finds who is signed in and what they are in the workspace
 * (read from the database each time), checks the input and turns every error into a value.
 *
 * In a `"use server"` file: `export const renameSiteAction = action({ input: …, run: … })`; in the page, where the
 * workspace is known: `renameSiteAction.bind(null, workspaceId)`.
 *
 * @param permission only for what calls no domain function that authorises itself
 */
export function action<Input extends z.ZodType, Data>(definition: {
  permission?: Permission;
  input: Input;
  run: (ctx: Context, input: z.output<Input>) => Promise<Data>;
}): (workspaceId: string, input: z.input<Input>) => Promise<ActionResult<Data>> {
  return async (workspaceId, input) => {
    const facts: Record<string, unknown> = { route: "action" };
    try {
      // The type is a promise of our own pages; a stranger may post anything.
      if (typeof workspaceId !== "string") throw new AppError("workspace_required", "Name the workspace.");
      const ctx = await sessionContext(workspaceId);
      Object.assign(facts, { request_id: ctx.requestId, workspace_id: ctx.workspaceId });
      if (definition.permission) authorize(ctx, definition.permission);
      refuseHostile(input);
      return { ok: true, data: await definition.run(ctx, decodeInput(definition.input, input, "input")) };
    } catch (error) {
      // Next's redirect() and notFound() are thrown too, and are not faults.
      unstable_rethrow(error);
      const { code, message, fields } = asAppError(error, facts);
      return { ok: false, code, message, ...(fields && { fields }) };
    }
  };
}
