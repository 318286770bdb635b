"use client";

import { useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import { getJson } from "#components/live/get-json.ts";
import type { Message } from "#lib/campaigns/schema.ts";
import type { Page } from "#lib/schema.ts";
import type { InstallCheck, InstallCode, Prompt } from "#lib/sites/schema.ts";
import type { Subscriber } from "#lib/subscribers/schema.ts";

/** As the API gives it: instants are ISO text. */
export type MessageWire = z.input<typeof Message>;
export type SubscriberWire = z.input<typeof Subscriber>;

/** What the steps need of the site. */
export type InstallSite = {
  id: string;
  name: string;
  url: string;
  host: string;
  prompt: Prompt;
  allowedOrigins: string[];
};

const second = 1_000;

/** What to paste and what was seen of it, looked at again while the page is on screen. */
export function useInstallCode(workspaceId: string, siteId: string, initial: InstallCode) {
  return useQuery({
    queryKey: ["install-code", siteId],
    queryFn: ({ signal }) => getJson<InstallCode>(`/sites/${siteId}/install-code`, workspaceId, signal),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.checks.every(({ status }) => status === "ok") ? 15 : 2) * second,
  });
}

/** The newest subscribers of the site; slows down once there are some. */
export function useNewestSubscribers(workspaceId: string, siteId: string, initial: Page<SubscriberWire>) {
  return useQuery({
    queryKey: ["newest-subscribers", siteId],
    queryFn: ({ signal }) =>
      getJson<Page<SubscriberWire>>(`/sites/${siteId}/subscribers?status=active&pageSize=3`, workspaceId, signal),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.data.length === 0 ? 3 : 15) * second,
  });
}

/** Nothing more will happen to it by itself. */
export function isSettled({ status, clickedAt, dismissedAt }: MessageWire): boolean {
  if (status === "queued" || status === "sending") return false;
  return status !== "sent" || clickedAt !== null || dismissedAt !== null;
}

/** One message on its way, until it is clicked, closed or lost. */
export function useMessage(workspaceId: string, id: string) {
  return useQuery({
    queryKey: ["message", id],
    queryFn: ({ signal }) => getJson<MessageWire>(`/messages/${id}`, workspaceId, signal),
    refetchInterval: ({ state }) => {
      if (!state.data) return second;
      if (isSettled(state.data)) return false;
      return (Date.now() - Date.parse(state.data.createdAt) > 60 * second ? 3 : 1) * second;
    },
  });
}

export type StepState = "done" | "problem" | "open";

/** How the installation stands: its snippet and worker file, and what the last browser said. */
export function installState(checks: InstallCheck[]): StepState {
  const statusOf = (id: InstallCheck["id"]) => checks.find((check) => check.id === id)?.status;
  if ([statusOf("snippet"), statusOf("worker"), statusOf("permission")].includes("problem")) return "problem";
  return statusOf("snippet") === "ok" && statusOf("worker") === "ok" ? "done" : "open";
}
