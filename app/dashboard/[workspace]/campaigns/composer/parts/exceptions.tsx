"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";

type Exclude = NonNullable<Audience["exclude"]>;
interface Named {
  id: string;
  name: string;
}

/** Segments and groups that are left out; people left out by id over the API are shown and kept. */
export function Exceptions({
  exclude,
  segments,
  groups,
  onChange,
}: {
  exclude: Exclude | undefined;
  segments: Named[];
  groups: Named[];
  /** undefined: nobody is left out. */
  onChange: (exclude: Exclude | undefined) => void;
}) {
  const t = useTranslations("campaigns.composer");
  const { segmentIds = [], groupIds = [], subscriberIds = [], externalIds = [] } = exclude ?? {};
  const people = subscriberIds.length + externalIds.length;
  const set = (next: { segmentIds?: string[]; groupIds?: string[]; withPeople?: boolean }) => {
    const made: Exclude = {
      ...some("segmentIds", next.segmentIds ?? segmentIds),
      ...some("groupIds", next.groupIds ?? groupIds),
      ...(next.withPeople === false
        ? {}
        : { ...some("subscriberIds", subscriberIds), ...some("externalIds", externalIds) }),
    };
    onChange(Object.keys(made).length > 0 ? made : undefined);
  };
  const nameIn = (list: Named[], id: string) => list.find((each) => each.id === id)?.name ?? t("unknownName");
  const shown = [
    ...segmentIds.map((id) => ({
      key: id,
      name: t("excludeSegment", { name: nameIn(segments, id) }),
      remove: () => set({ segmentIds: segmentIds.filter((each) => each !== id) }),
    })),
    ...groupIds.map((id) => ({
      key: id,
      name: t("excludeGroup", { name: nameIn(groups, id) }),
      remove: () => set({ groupIds: groupIds.filter((each) => each !== id) }),
    })),
    ...(people > 0
      ? [{ key: "people", name: t("excludePeople", { count: people }), remove: () => set({ withPeople: false }) }]
      : []),
  ];
  const choices = [
    ...segments
      .filter(({ id }) => !segmentIds.includes(id))
      .map(({ id, name }) => ({ value: `segment ${id}`, label: t("excludeSegment", { name }) })),
    ...groups
      .filter(({ id }) => !groupIds.includes(id))
      .map(({ id, name }) => ({ value: `group ${id}`, label: t("excludeGroup", { name }) })),
  ];
  if (choices.length === 0 && shown.length === 0) return null;
  return (
    <div className="grid gap-1.5">
      <h3 className="text-sm font-medium">{t("exclude")}</h3>
      {shown.length > 0 && (
        <ul className="grid">
          {shown.map(({ key, name, remove }) => (
            <li key={key} className="flex min-h-8 items-center justify-between gap-2">
              <span className="min-w-0 truncate">{name}</span>
              <Button variant="ghost" size="icon-sm" aria-label={t("removeException", { name })} onClick={remove}>
                <X aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      {choices.length > 0 && (
        <Combobox
          aria-label={t("excludeAdd")}
          placeholder={t("excludeAdd")}
          value={null}
          options={choices}
          onValueChange={(value) => {
            const [kind, id = ""] = value.split(" ");
            set(kind === "segment" ? { segmentIds: [...segmentIds, id] } : { groupIds: [...groupIds, id] });
          }}
        />
      )}
    </div>
  );
}

function some(key: keyof Exclude, ids: string[]): Exclude {
  return ids.length > 0 ? { [key]: ids } : {};
}
