"use client";

import { useEffect, useState } from "react";
import type { NewCampaignInput, Preflight } from "#lib/campaigns/schema.ts";
import { preflightAction } from "../actions.ts";

export type PreflightState = {
  /** The last answer; older than the text while `busy`. */
  result: Preflight | null;
  busy: boolean;
  /** Why there is no answer, in words. */
  failure: string | null;
  again: () => void;
};

const settleMs = 600;

/** Asks what would happen if this campaign were sent: shortly after the last change, the newest answer wins. */
export function usePreflight(workspaceId: string, input: NewCampaignInput): PreflightState {
  const [state, setState] = useState<Omit<PreflightState, "again">>({ result: null, busy: true, failure: null });
  const [round, setRound] = useState(0);
  // By content: the object is new with every render.
  const wire = JSON.stringify(input);

  useEffect(() => {
    let isCurrent = true;
    setState((before) => ({ ...before, busy: true }));
    const timer = setTimeout(async () => {
      const answer = await preflightAction(workspaceId, JSON.parse(wire)).catch(() => null);
      if (!isCurrent) return;
      setState((before) => ({
        result: answer?.ok ? answer.data : before.result,
        busy: false,
        failure: answer?.ok ? null : (answer?.message ?? ""),
      }));
    }, settleMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [workspaceId, wire, round]);

  return { ...state, again: () => setRound((before) => before + 1) };
}
