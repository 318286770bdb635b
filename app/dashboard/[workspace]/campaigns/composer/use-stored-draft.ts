"use client";

import { useEffect, useRef, useState } from "react";
import type { CampaignDraft } from "./campaign-draft.ts";

type Stored = { version: typeof version; savedAt: number; draft: CampaignDraft };

/** Raised when the shape of a draft changes: an older one is then dropped. */
const version = 5;
const writeDelayMs = 300;
const prefix = "pushpilot.campaign-draft.";

/**
 * Keeps an unsaved draft in this browser, so that a reload, a crash or an ended session loses nothing.
 *
 * @param name tells drafts apart: workspace and campaign
 * @param unsaved what to keep; null while there is nothing unsaved
 * @param onRestore gets what an earlier visit left, once
 * @returns since when the restored draft was kept, and how to let go of it
 */
export function useStoredDraft(name: string, unsaved: CampaignDraft | null, onRestore: (draft: CampaignDraft) => void) {
  const key = prefix + name;
  const [restoredAt, setRestoredAt] = useState<number | null>(null);
  const restore = useRef(onRestore);
  // Nothing is written before what is there was read: the first render knows nothing of it.
  const hasRead = useRef(false);

  useEffect(() => {
    const stored = read(key);
    hasRead.current = true;
    if (!stored) return;
    restore.current(stored.draft);
    setRestoredAt(stored.savedAt);
  }, [key]);

  useEffect(() => {
    if (!hasRead.current) return;
    const timer = setTimeout(() => write(key, unsaved), writeDelayMs);
    return () => clearTimeout(timer);
  }, [key, unsaved]);

  return {
    restoredAt,
    forget: () => {
      setRestoredAt(null);
      write(key, null);
    },
  };
}

function read(key: string): Stored | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isStored(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** By its version, which changes with the shape; only this page writes here. */
function isStored(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && "version" in value && value.version === version;
}

function write(key: string, draft: CampaignDraft | null): void {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify({ version, savedAt: Date.now(), draft } satisfies Stored));
    else localStorage.removeItem(key);
  } catch {
    // Storage is full or closed (private window): the warning on leaving is then the only net.
  }
}
