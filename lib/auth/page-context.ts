import "server-only";
import { notFound, redirect } from "next/navigation";
import type { Context } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { type CurrentUser, currentUser, sessionContext } from "./workspace-context.ts";

/** The signed-in person acting in a workspace, for pages: goes to the sign-in page, or shows "not found". */
export async function pageContext(workspaceId: string): Promise<Context> {
  try {
    return await sessionContext(workspaceId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "workspace_not_found") notFound();
    if (error.code === "unauthorized") redirect("/sign-in");
    throw error;
  }
}

/** Who is signed in, for pages: goes to the sign-in page when nobody is. */
export async function pageUser(): Promise<CurrentUser> {
  return (await currentUser()) ?? redirect("/sign-in");
}
