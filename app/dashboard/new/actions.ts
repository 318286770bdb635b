"use server";

import { redirect } from "next/navigation";
import { browserCaller } from "#lib/auth/browser-session.ts";
import { currentUser } from "#lib/auth/workspace-context.ts";
import { AppError } from "#lib/errors.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { decodeInput } from "#lib/http/input.ts";
import { NewWorkspace } from "#lib/workspaces/schema.ts";
import { createWorkspace } from "#lib/workspaces/workspaces.ts";
import { answer, texts } from "../../(auth)/answer.ts";

export async function createWorkspaceAction(_: ActionResult<null> | null, form: FormData): Promise<ActionResult<null>> {
  return await answer("new-workspace", async () => {
    const user = await currentUser();
    if (!user) throw new AppError("unauthorized", "Your session has ended. Sign in again.");
    const input = decodeInput(NewWorkspace, texts(form, "name"), "form");
    const principal = { kind: "user", via: "session", userId: user.id } as const;
    const { id } = await createWorkspace(principal, input, await browserCaller());
    redirect(`/dashboard/${id}`);
  });
}
