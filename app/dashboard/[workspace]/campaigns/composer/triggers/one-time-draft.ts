import { spanOfWallTime } from "#lib/campaigns/local-time.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { instantOfWallTime, readWallTime, wallTimeOf } from "#lib/wall-time.ts";
import type { DraftWords } from "./trigger-draft.ts";

/** `at` is wall time in the site's zone, or with `local` in each subscriber's. */
export type OneTimeDraft = { type: "one_time"; when: "now" | "later" | "local"; at: string };

/** No further ahead may anything be scheduled. */
const yearMs = 366 * 86_400_000;

export function oneTimeDraft(at: Date | null | undefined, timeZone: string): OneTimeDraft {
  return { type: "one_time", when: at ? "later" : "now", at: at ? wallTimeOf(at, timeZone) : "" };
}

export function localTimeDraft(at: string): OneTimeDraft {
  return { type: "one_time", when: "local", at };
}

/** When it goes out, or with `local` when the first gets it; null for now or while no time is chosen. */
export function dueAt(draft: OneTimeDraft, timeZone: string): Date | null {
  if (draft.when === "now") return null;
  const at = instantOfWallTime(draft.at, timeZone);
  return at && draft.when === "local" ? spanOfWallTime(draft.at).first : at;
}

export function oneTimeErrors(draft: OneTimeDraft, timeZone: string, words: DraftWords): FieldErrors {
  if (draft.when === "now") return {};
  const at = dueAt(draft, timeZone);
  if (!at) return { at: [words.missingTime] };
  if (draft.when === "local")
    return spanOfWallTime(draft.at).last.getTime() < Date.now() ? { at: [words.pastEverywhere] } : {};
  if (readWallTime(draft.at, timeZone)?.kind === "gap") return { at: [words.skippedTime] };
  if (at.getTime() > Date.now() + yearMs) return { at: [words.farTime] };
  return at.getTime() < Date.now() ? { at: [words.pastTime] } : {};
}
