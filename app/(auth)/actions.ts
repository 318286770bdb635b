"use server";

import { redirect } from "next/navigation";
import { registerAccount, signIn } from "#lib/auth/accounts.ts";
import { browserCaller, endBrowserSession, startBrowserSession } from "#lib/auth/browser-session.ts";
import { ownPath } from "#lib/auth/own-path.ts";
import { requestPasswordReset, resetPassword } from "#lib/auth/password-reset.ts";
import { Credentials, NewPassword, PasswordResetRequest, Registration } from "#lib/auth/schema.ts";
import { currentUser } from "#lib/auth/workspace-context.ts";
import { AppError } from "#lib/errors.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { decodeInput } from "#lib/http/input.ts";
import { newId } from "#lib/ids.ts";
import { acceptInvitation } from "#lib/workspaces/invitations.ts";
import { answer, texts } from "./answer.ts";

type Previous<Data> = ActionResult<Data> | null;

export async function signInAction(_: Previous<null>, form: FormData): Promise<ActionResult<null>> {
  return await answer("sign-in", async () => {
    const typed = texts(form, "email", "password");
    const user = await signIn(decodeInput(Credentials, typed, "form"), await browserCaller());
    await startBrowserSession(user.id);
    redirect(ownPath(form.get("next")));
  });
}

export async function signUpAction(_: Previous<null>, form: FormData): Promise<ActionResult<null>> {
  return await answer("sign-up", async () => {
    const typed = texts(form, "name", "email", "password", "invitation");
    const input = { ...typed, email: typed.email.trim(), invitation: typed.invitation || undefined };
    const { user, workspace } = await registerAccount(decodeInput(Registration, input, "form"), await browserCaller());
    await startBrowserSession(user.id);
    redirect(`/dashboard/${workspace.id}`);
  });
}

export async function signOutAction(): Promise<void> {
  await endBrowserSession();
  redirect("/sign-in");
}

/** Signs out to come back to the page as somebody else. */
export async function switchAccountAction(form: FormData): Promise<void> {
  await endBrowserSession();
  redirect(`/sign-in?next=${encodeURIComponent(ownPath(form.get("next")))}`);
}

export async function forgotPasswordAction(
  _: Previous<{ email: string }>,
  form: FormData,
): Promise<ActionResult<{ email: string }>> {
  return await answer("forgot-password", async () => {
    const { email } = decodeInput(PasswordResetRequest, { email: texts(form, "email").email.trim() }, "form");
    await requestPasswordReset(email, await browserCaller());
    return { email };
  });
}

export async function resetPasswordAction(_: Previous<null>, form: FormData): Promise<ActionResult<null>> {
  return await answer("reset-password", async () => {
    const { userId } = await resetPassword(decodeInput(NewPassword, texts(form, "token", "password"), "form"));
    await startBrowserSession(userId);
    redirect("/dashboard");
  });
}

export async function acceptInvitationAction(_: Previous<null>, form: FormData): Promise<ActionResult<null>> {
  return await answer("invitation", async () => {
    const user = await currentUser();
    if (!user) throw new AppError("unauthorized", "Sign in first, then open the invitation's link again.");
    const { id } = await acceptInvitation(texts(form, "token").token, user.id, newId());
    redirect(`/dashboard/${id}`);
  });
}
