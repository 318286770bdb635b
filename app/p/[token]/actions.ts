"use server";

import { AppError } from "#lib/errors.ts";
import { asAppError } from "#lib/http/failure.ts";
import { decodeInput } from "#lib/http/input.ts";
import { takeLeased } from "#lib/http/rate-limit.ts";
import { type LinkedPerson, readPreferenceToken } from "#lib/privacy/preference-link.ts";
import { changePreferences, erasePerson } from "#lib/privacy/preferences.ts";
import { PreferenceChanges } from "#lib/privacy/schema.ts";

/** What a person may do by their own link: the token is the permission, and names the person. */
type Done = { ok: true } | { ok: false; message: string };

const limit = { count: 60, windowSeconds: 60 };

async function asPerson(token: unknown, work: (person: LinkedPerson) => Promise<void>): Promise<Done> {
  try {
    if (typeof token !== "string") throw new AppError("invalid_token", "This link is not valid.");
    const person = readPreferenceToken(token);
    await takeLeased("preferences", person.subscriberId, limit);
    await work(person);
    return { ok: true };
  } catch (error) {
    return { ok: false, message: asAppError(error, { route: "preferences" }).message };
  }
}

export async function changePreferencesAction(token: string, changes: PreferenceChanges): Promise<Done> {
  return asPerson(token, (person) => changePreferences(person, decodeInput(PreferenceChanges, changes, "changes")));
}

export async function eraseAction(token: string): Promise<Done> {
  return asPerson(token, erasePerson);
}
