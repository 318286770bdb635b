"use server";

import { refresh } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { changePassword, signOutEverywhere, updateProfile } from "#lib/auth/accounts.ts";
import { endBrowserSession, startBrowserSession } from "#lib/auth/browser-session.ts";
import { PasswordChange, ProfileChanges } from "#lib/auth/schema.ts";
import { type CurrentUser, currentUser } from "#lib/auth/workspace-context.ts";
import { AppError } from "#lib/errors.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { decodeInput } from "#lib/http/input.ts";
import { isLocale, localeCookie } from "#lib/i18n/locales.ts";
import { answer, texts } from "../../../(auth)/answer.ts";

type Previous = ActionResult<null> | null;

const yearSeconds = 365 * 24 * 60 * 60;

export async function updateProfileAction(_: Previous, form: FormData): Promise<ActionResult<null>> {
  return await answer("account", async () => {
    const { id } = await signedIn();
    const { name, locale } = texts(form, "name", "locale");
    await updateProfile(id, decodeInput(ProfileChanges, { name, locale: locale || undefined }, "form"));
    if (isLocale(locale)) (await cookies()).set(localeCookie, locale, { maxAge: yearSeconds, sameSite: "lax" });
    refresh();
    return null;
  });
}

/** Ends every session of the account and gives this browser a new one. */
export async function changePasswordAction(_: Previous, form: FormData): Promise<ActionResult<null>> {
  return await answer("account", async () => {
    const { id } = await signedIn();
    await changePassword(id, decodeInput(PasswordChange, texts(form, "currentPassword", "newPassword"), "form"));
    await startBrowserSession(id);
    return null;
  });
}

export async function signOutEverywhereAction(): Promise<ActionResult<null>> {
  return await answer("account", async () => {
    const { id } = await signedIn();
    await signOutEverywhere(id);
    await endBrowserSession();
    redirect("/sign-in");
  });
}

async function signedIn(): Promise<CurrentUser> {
  const user = await currentUser();
  if (!user) throw new AppError("unauthorized", "Your session has ended. Sign in again.");
  return user;
}
