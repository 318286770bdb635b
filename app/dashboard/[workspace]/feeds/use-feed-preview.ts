"use client";

import { useEffect, useState } from "react";
import type { FeedPreview } from "#lib/feeds/schema.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { previewFeedAction } from "./actions.ts";

/** How long nothing must be typed before the address is looked at. */
const settleMs = 700;

/** Reads the feed at the address once typing ends. `looking` while an answer is awaited. */
export function useFeedPreview(workspaceId: string, typed: string, isWanted: boolean) {
  const [answer, setAnswer] = useState<{ url: string; result: ActionResult<FeedPreview> }>();
  const url = withScheme(typed.trim());
  const isPlausible = isWanted && /^https?:\/\/[^\s/]+\.[^\s/.]{2,}|^https?:\/\/(localhost|\d+(\.\d+){3})/i.test(url);

  useEffect(() => {
    if (!isPlausible) return;
    let isStale = false;
    const timer = setTimeout(async () => {
      const result = await previewFeedAction(workspaceId, { url }).catch(() => undefined);
      if (!isStale && result) setAnswer({ url, result });
    }, settleMs);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [workspaceId, url, isPlausible]);

  const current = isPlausible && answer?.url === url ? answer.result : undefined;
  return { looking: isPlausible && !current, preview: current };
}

export function withScheme(typed: string): string {
  return typed === "" || /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
}
