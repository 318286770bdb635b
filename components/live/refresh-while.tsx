"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/**
 * Renders the page anew every few seconds while `active` and while the tab is seen. Draws nothing. Where the server is away
 * it waits: a refresh that fails becomes a navigation, and would take the page and what is typed in it for an error page.
 */
export function RefreshWhile({ active, everyMs }: { active: boolean; everyMs: number }) {
  const router = useRouter();
  useEffect(() => {
    if (!active) return;
    let isCurrent = true;
    const timer = setInterval(async () => {
      if (document.visibilityState === "visible" && (await isReachable()) && isCurrent) router.refresh();
    }, everyMs);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [active, everyMs, router]);
  return null;
}

async function isReachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const answer = await fetch("/api/health", { cache: "no-store", signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}
