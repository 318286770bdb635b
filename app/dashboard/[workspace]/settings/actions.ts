"use server";

import { refresh } from "next/cache";
import { action } from "#lib/http/action.ts";
import { WorkspaceChanges } from "#lib/workspaces/schema.ts";
import { updateWorkspace } from "#lib/workspaces/workspaces.ts";

export const updateWorkspaceAction = action({
  input: WorkspaceChanges,
  run: async (ctx, changes) => {
    await updateWorkspace(ctx, changes);
    refresh();
  },
});
