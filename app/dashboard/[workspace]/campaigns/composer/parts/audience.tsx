"use client";

import { useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { RadioGroup, type RadioOption } from "#components/ui/radio-group.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";
import type { CampaignDraft, ComposerSite } from "../campaign-draft.ts";
import { Exceptions } from "./exceptions.tsx";
import { PickedPeople } from "./picked-people.tsx";

interface Named {
  id: string;
  name: string;
}

/** Segments and groups of the workspace that an audience can name. */
function useNamed(workspaceId: string, what: "segments" | "groups"): Named[] {
  const { data } = useQuery({
    queryKey: ["audience-choices", workspaceId, what],
    queryFn: ({ signal }) => getJson<{ data: Named[] }>(`/${what}?pageSize=100`, workspaceId, signal),
    staleTime: 30_000,
  });
  return data?.data ?? [];
}

type AudiencePickerProps = {
  workspaceId: string;
  draft: CampaignDraft;
  onChange: (audience: Audience) => void;
  site: ComposerSite;
  /** null: not counted yet. */
  recipients: number | null;
  /** It runs, and keeps its audience. */
  isFixed: boolean;
};

/** Whom it reaches, whom it leaves out, and how many they are now. */
export function AudiencePicker({ workspaceId, draft, onChange, site, recipients, isFixed }: AudiencePickerProps) {
  const t = useTranslations("campaigns.composer");
  const tDrip = useTranslations("campaigns.drip");
  const { audience, trigger } = draft;
  const segments = useNamed(workspaceId, "segments");
  const groups = useNamed(workspaceId, "groups");
  // Picking people begins before the first is picked; until then the audience stays what it was.
  const [isPicking, setIsPicking] = useState(false);
  const { exclude } = audience;
  const kept = exclude && { exclude };
  const chosen = isPicking ? "subscribers" : audience.type;
  const choose = (value: string) => {
    setIsPicking(value === "subscribers" && audience.type !== "subscribers");
    if (value === "all") onChange({ type: "all", ...kept });
    if (value === "event_subject") onChange({ type: "event_subject", ...kept });
    const [segment] = segments;
    const [group] = groups;
    if (value === "segment" && segment) onChange({ type: "segment", segmentId: segment.id, ...kept });
    if ((value === "group" || value === "custodians") && group) onChange({ type: value, groupId: group.id, ...kept });
  };
  const count = audience.type === "subscribers" ? (audience.ids ?? audience.externalIds ?? []).length : 0;
  const isCounted = trigger.type !== "welcome" && audience.type !== "event_subject";
  const isWelcome = trigger.type === "welcome";
  const options: RadioOption[] = [
    ...(trigger.type === "triggered"
      ? [{ value: "event_subject", label: tDrip("subject"), description: tDrip("subjectText") }]
      : []),
    isWelcome
      ? { value: "all", label: tDrip("newcomers", { site: site.name }), description: tDrip("newcomersText") }
      : { value: "all", label: t("audienceAll", { site: site.name }), description: t("audienceAllText") },
    {
      value: "segment",
      label: isWelcome ? tDrip("newcomersSegment") : t("audienceSegment"),
      description:
        segments.length === 0 ? t("noSegments") : isWelcome ? tDrip("newcomersSegmentText") : t("audienceSegmentText"),
      disabled: segments.length === 0 && audience.type !== "segment",
      children: audience.type === "segment" && (
        <Combobox
          aria-label={t("chooseSegment")}
          disabled={isFixed}
          value={audience.segmentId}
          onValueChange={(segmentId) => onChange({ type: "segment", segmentId, ...kept })}
          options={segments.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ),
    },
    {
      value: "group",
      label: isWelcome ? tDrip("newcomersGroup") : t("audienceGroup"),
      description:
        groups.length === 0 ? t("noGroups") : isWelcome ? tDrip("newcomersGroupText") : t("audienceGroupText"),
      disabled: groups.length === 0 && audience.type !== "group",
      children: audience.type === "group" && (
        <Combobox
          aria-label={t("chooseGroup")}
          disabled={isFixed}
          value={audience.groupId}
          onValueChange={(groupId) => onChange({ type: "group", groupId, ...kept })}
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ),
    },
    ...(trigger.type === "triggered" || audience.type === "custodians"
      ? [
          {
            value: "custodians",
            label: tDrip("custodians"),
            description: groups.length > 0 ? tDrip("custodiansText") : t("noGroups"),
            disabled: groups.length === 0 && audience.type !== "custodians",
            children: audience.type === "custodians" && (
              <Combobox
                aria-label={t("chooseGroup")}
                disabled={isFixed}
                value={audience.groupId}
                onValueChange={(groupId) => onChange({ type: "custodians", groupId, ...kept })}
                options={groups.map(({ id, name }) => ({ value: id, label: name }))}
              />
            ),
          },
        ]
      : []),
    {
      value: "subscribers",
      label: t("audienceSome"),
      description: t("audienceSomeText", { count }),
      children: (
        <PickedPeople
          workspaceId={workspaceId}
          audience={audience}
          onChange={(ids) => {
            setIsPicking(ids.length === 0);
            onChange(ids.length === 0 ? { type: "all", ...kept } : { type: "subscribers", ids, ...kept });
          }}
        />
      ),
    },
  ];
  return (
    <section aria-label={t("audienceTitle")} className="grid gap-2.5">
      <h2 className="text-base font-semibold">{t("audienceTitle")}</h2>
      <RadioGroup
        look="cards"
        aria-label={t("audienceTitle")}
        options={isWelcome ? options.filter(({ value }) => value !== "subscribers") : options}
        value={chosen}
        onValueChange={choose}
        disabled={isFixed}
      />
      {isFixed ? (
        <p className="text-sm text-muted-foreground">{tDrip("audienceFixed")}</p>
      ) : (
        <Exceptions
          exclude={exclude}
          segments={segments}
          groups={groups}
          onChange={(next) => {
            const { exclude: _, ...plain } = audience;
            onChange(next ? { ...plain, exclude: next } : plain);
          }}
        />
      )}
      {isCounted && (
        <div className="flex items-start gap-2.5 px-0.5">
          <Users className="mt-0.5 size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
          <div className="grid gap-0.5">
            <span role="status" className="font-medium tabular-nums">
              {recipients === null ? <Skeleton className="w-24" /> : t("reach", { count: recipients })}
            </span>
            <span className="text-sm text-muted-foreground">{t("reachHint")}</span>
          </div>
        </div>
      )}
    </section>
  );
}
