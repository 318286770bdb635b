"use client";

import { useState } from "react";
import { useEventNames } from "./triggers/event-field.tsx";
import { type ComposerFeed, sampleValues } from "./triggers/rss-draft.ts";
import type { TriggerDraft } from "./triggers/trigger-draft.ts";

/** What stands in the preview for what only an event or an item brings. */
export interface Sample {
  values: Record<string, string | number | null>;
  /** Of a triggered campaign: its event, and whether one ever came. */
  event: { name: string; isKnown: boolean } | null;
  onChange: (name: string, value: string) => void;
}

/** Values of the newest item of a campaign's feed, or of the newest event of its name with what was typed over them. */
export function useSample(workspaceId: string, trigger: TriggerDraft, feeds: readonly ComposerFeed[]): Sample {
  const names = useEventNames(workspaceId);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const onChange = (name: string, value: string) => setTyped((before) => ({ ...before, [name]: value }));
  if (trigger.type !== "triggered") return { values: sampleValues(trigger, feeds), event: null, onChange };
  const name = trigger.event.trim();
  const known = names.find((each) => each.name === name);
  return { values: { ...known?.variables, ...typed }, event: { name, isKnown: known !== undefined }, onChange };
}
