import type { Options } from "#lib/campaigns/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import type { QuietHours } from "#lib/sites/schema.ts";

/** How a campaign is sent beyond its time: quiet hours and tests. Shares are in percent. */
export type SendingDraft = {
  /** As the site has them, none, or these. */
  quiet: "site" | "none" | "own";
  quietHours: QuietHours;
  /** 100: everybody takes part, and no winner is chosen. */
  testShare: number;
  waitMinutes: number;
  holdoutShare: number;
  goalEvent: string;
};

export const newSending: SendingDraft = {
  quiet: "site",
  quietHours: { from: "22:00", to: "08:00" },
  testShare: 100,
  waitMinutes: 240,
  holdoutShare: 0,
  goalEvent: "",
};

export function sendingOf({ quietHours, experiment }: Options): SendingDraft {
  return {
    quiet: quietHours === undefined ? "site" : quietHours === null ? "none" : "own",
    quietHours: quietHours ?? newSending.quietHours,
    testShare: Math.round((experiment?.testShare ?? 1) * 100),
    waitMinutes: experiment?.waitMinutes ?? newSending.waitMinutes,
    holdoutShare: Math.round((experiment?.holdoutShare ?? 0) * 100),
    goalEvent: experiment?.goalEvent ?? "",
  };
}

/**
 * In wire form; a test share only where there are variants to choose from.
 *
 * @param isPersonal people come one by one: there is no audience to divide
 */
export function sendingOptions(
  draft: SendingDraft,
  hasVariants: boolean,
  isPersonal: boolean,
): Pick<Options, "quietHours" | "experiment"> {
  const isTest = !isPersonal && hasVariants && draft.testShare < 100;
  const isHeldOut = !isPersonal && draft.holdoutShare > 0;
  return {
    ...(draft.quiet === "none" && { quietHours: null }),
    ...(draft.quiet === "own" && { quietHours: draft.quietHours }),
    ...((isTest || isHeldOut) && {
      experiment: {
        ...(isTest && { testShare: draft.testShare / 100, waitMinutes: draft.waitMinutes }),
        ...(isHeldOut && { holdoutShare: draft.holdoutShare / 100 }),
        ...(isHeldOut && draft.goalEvent.trim() !== "" && { goalEvent: draft.goalEvent.trim() }),
      },
    }),
  };
}

/** What is wrong, under `options.…` as the server names it. */
export function sendingErrors(
  draft: SendingDraft,
  hasVariants: boolean,
  isLocalTime: boolean,
  words: { quietHours: string; localTest: string },
): FieldErrors {
  const { quiet, quietHours } = draft;
  const isWrong = quiet === "own" && (!quietHours.from || !quietHours.to || quietHours.from === quietHours.to);
  return {
    ...(isWrong && { "options.quietHours": [words.quietHours] }),
    ...(hasVariants && draft.testShare < 100 && isLocalTime && { "options.experiment.testShare": [words.localTest] }),
  };
}
