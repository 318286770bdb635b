import type { FieldErrors } from "#lib/errors.ts";
import { instantOfWallTime, wallTimeOf } from "#lib/wall-time.ts";
import type { DraftWords } from "./trigger-draft.ts";

/** `at` is wall time in the site's zone. */
export type OneTimeDraft = { type: "one_time"; when: "now" | "later"; at: string };

export function oneTimeDraft(at: Date | null | undefined, timeZone: string): OneTimeDraft {
  return { type: "one_time", when: at ? "later" : "now", at: at ? wallTimeOf(at, timeZone) : "" };
}

/** When it goes out, null for now or while no time is chosen. */
export function dueAt(draft: OneTimeDraft, timeZone: string): Date | null {
  return draft.when === "later" ? instantOfWallTime(draft.at, timeZone) : null;
}

export function oneTimeErrors(draft: OneTimeDraft, timeZone: string, words: DraftWords): FieldErrors {
  if (draft.when === "now") return {};
  const at = dueAt(draft, timeZone);
  if (!at) return { at: [words.missingTime] };
  return at.getTime() < Date.now() ? { at: [words.pastTime] } : {};
}
