"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { z } from "zod";
import { getJson } from "#components/live/get-json.ts";
import type { CampaignProgress, Performance } from "#lib/campaigns/schema.ts";

/** As the API gives it: instants are ISO text. */
export type ProgressWire = z.input<typeof CampaignProgress>;
export type PerformanceWire = z.input<typeof Performance>;

const second = 1_000;
const minute = 60 * second;

/** How long until the next look, ms. */
function statusPause(progress: ProgressWire | undefined): number {
  switch (progress?.status) {
    case "running":
      if (progress.runs.some((run) => run.status === "running")) return second;
      // What repeats waits between two runs, what answers events for the next one.
      if (progress.runs.some((run) => run.status === "due"))
        return msUntilDue(progress) < minute ? second : 15 * second;
      return 5 * second;
    case "paused":
      return 5 * second;
    case "scheduled":
      return msUntilDue(progress) < minute ? second : 15 * second;
    case "completed":
    case "cancelled":
    case "failed":
      // What was on its way when it ended is still being settled.
      if (progress.counts.queued + progress.counts.sending > 0) return second;
      // Shown and clicked arrive long after the last message was sent.
      return msSinceEnd(progress) < minute ? 5 * second : 30 * second;
    default:
      // A draft: somebody else may send it.
      return 30 * second;
  }
}

function msUntilDue({ runs }: ProgressWire): number {
  const due = runs.filter((run) => run.status === "due").map((run) => Date.parse(run.dueAt));
  return due.length > 0 ? Math.min(...due) - Date.now() : 0;
}

function msSinceEnd({ runs }: ProgressWire): number {
  const ends = runs.flatMap((run) => (run.finishedAt ? [Date.parse(run.finishedAt)] : []));
  return ends.length > 0 ? Date.now() - Math.max(...ends) : Number.POSITIVE_INFINITY;
}

/**
 * Where the campaign stands, looked at again as often as its state asks for. Every part of the page that uses it shares
 * one request.
 *
 * @param initial what the server rendered with
 */
export function useLiveStatus(workspaceId: string, id: string, initial: ProgressWire) {
  return useQuery({
    queryKey: ["campaign-status", id],
    queryFn: ({ signal }) => getJson<ProgressWire>(`/campaigns/${id}/status`, workspaceId, signal),
    initialData: initial,
    // The layout may have been fetched ahead, minutes ago: look again at once.
    initialDataUpdatedAt: 0,
    refetchInterval: ({ state }) => statusPause(state.data),
  });
}

/** The figures by day; they follow the status at a distance. */
export function useLivePerformance(workspaceId: string, id: string, initial: PerformanceWire, isRunning: boolean) {
  return useQuery({
    queryKey: ["campaign-performance", id],
    queryFn: ({ signal }) => getJson<PerformanceWire>(`/campaigns/${id}/performance`, workspaceId, signal),
    initialData: initial,
    refetchInterval: initial.recipients === 0 && !isRunning ? false : isRunning ? 3 * second : 30 * second,
  });
}

/**
 * Ties the page to the live status: what a new render brought replaces what was asked before, and a state that changed by
 * itself renders the page anew.
 */
export function useStatusFeed(id: string, initial: ProgressWire, current: ProgressWire): void {
  const client = useQueryClient();
  const router = useRouter();
  const seen = useRef(initial.status);
  useEffect(() => {
    client.setQueryData(["campaign-status", id], initial);
    seen.current = initial.status;
  }, [client, id, initial]);
  useEffect(() => {
    if (current.status === seen.current) return;
    seen.current = current.status;
    router.refresh();
  }, [current.status, router]);
}
