"use client";

import { useEffect, useState } from "react";
import type { ActionResult } from "#lib/http/action.ts";
import type { SiteGuess } from "#lib/sites/schema.ts";
import { guessSiteAction } from "../actions.ts";

/** How long nothing must be typed before the site is looked at. */
const settleMs = 600;

/** What was found, and for which text: an answer to what stood there before is no answer. */
export type Guessed = { typed: string; result: ActionResult<SiteGuess> };

/** Looks at the address once typing ends. `looking` while an answer is awaited. */
export function useSiteGuess(workspaceId: string, typed: string): { looking: boolean; guessed: Guessed | undefined } {
  const [guessed, setGuessed] = useState<Guessed>();
  const wanted = typed.trim();
  const isPlausible = /^(https?:\/\/)?([^\s/]+\.[^\s/.]{2,}|localhost|\d+(\.\d+){3})/i.test(wanted);

  useEffect(() => {
    if (!isPlausible) return;
    let isStale = false;
    const timer = setTimeout(async () => {
      const result = await guessSiteAction(workspaceId, { url: wanted }).catch(() => undefined);
      if (!isStale && result) setGuessed({ typed: wanted, result });
    }, settleMs);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [workspaceId, wanted, isPlausible]);

  const current = guessed?.typed === wanted ? guessed : undefined;
  return { looking: isPlausible && !current, guessed: current };
}
