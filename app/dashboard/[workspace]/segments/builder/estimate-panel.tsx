"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useState } from "react";
import { Card } from "#components/ui/card.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Rules } from "#lib/segments/grammar.ts";
import type { Estimate } from "#lib/segments/schema.ts";
import { estimateRulesAction } from "../actions.ts";
import { idsIn, sentenceOf } from "./sentence.ts";
import { useSuggestions } from "./suggested-input.tsx";

const waitMs = 350;

/** How many match what is being written, some of them, and the rules in a sentence. */
export function EstimatePanel({
  workspaceId,
  rules,
  siteId,
  isComplete,
}: {
  workspaceId: string;
  rules: Rules;
  siteId: string | undefined;
  isComplete: boolean;
}) {
  const t = useTranslations("segments");
  const asked = useSettled(useMemo(() => JSON.stringify({ rules, siteId }), [rules, siteId]));
  const { data, error, isFetching } = useQuery<Estimate>({
    queryKey: ["segment-estimate", workspaceId, asked],
    queryFn: async () => {
      const input: { rules: Rules; siteId?: string } = JSON.parse(asked);
      const result = await estimateRulesAction(workspaceId, input);
      if (!result.ok) throw new Error(result.message);
      return result.data;
    },
    enabled: isComplete && asked === JSON.stringify({ rules, siteId }),
    placeholderData: (before) => before,
    staleTime: 20_000,
    retry: false,
  });
  const names = useNames(workspaceId, rules);
  return (
    <Card title={t("estimate.title")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <div role="status" aria-busy={isFetching} className="text-2xl font-semibold tabular-nums">
          {!isComplete ? (
            <span className="text-base font-normal text-muted-foreground">{t("estimate.incomplete")}</span>
          ) : error ? (
            <span className="text-base font-normal text-danger">
              {t("estimate.failed")}: {error.message}
            </span>
          ) : data ? (
            t(data.isExact ? "estimate.count" : "estimate.about", { count: data.count })
          ) : (
            <>
              <Skeleton className="h-7 w-32" />
              <span className="sr-only">{t("estimate.counting")}</span>
            </>
          )}
        </div>
        {data && !data.isExact && isComplete && (
          <p className="text-sm text-muted-foreground">{t("estimate.aboutHint")}</p>
        )}
        {isComplete && <p className="text-pretty text-muted-foreground">{sentenceOf(rules, t, names)}</p>}
        {isComplete && data && data.sample.length > 0 && (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
            <h3 className="text-sm font-medium">{t("estimate.sample")}</h3>
            <ul className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
              {data.sample.map((person) => (
                <li key={person.id} className="flex items-baseline justify-between gap-3">
                  <span className="truncate">
                    {person.name ?? person.externalId ?? (
                      <span className="text-muted-foreground">{t("estimate.anonymous")}</span>
                    )}
                  </span>
                  <span className="shrink-0 text-sm text-muted-foreground">
                    <Time at={person.lastSeenAt} />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {isComplete && data?.count === 0 && <p className="text-sm text-muted-foreground">{t("estimate.nobody")}</p>}
      </div>
    </Card>
  );
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Names of the groups and campaigns in rules, from the lists that the pickers read anyway. */
function useNames(workspaceId: string, rules: Rules): Record<string, string> {
  const { groupIds, campaignIds } = idsIn(rules);
  const groups = useSuggestions(workspaceId, groupIds.length > 0 ? "group" : "");
  const campaigns = useSuggestions(workspaceId, campaignIds.length > 0 ? "campaign" : "");
  return Object.fromEntries([...groups, ...campaigns].map(({ value, label }) => [String(value), label ?? ""]));
}
