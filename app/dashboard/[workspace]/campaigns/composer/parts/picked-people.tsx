"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { FindPeople } from "#components/people/find-people.tsx";
import { Button } from "#components/ui/button.tsx";
import type { Audience } from "#lib/campaigns/schema.ts";

/** People chosen one by one. Those of a stored campaign show by the end of their id until they are found again. */
export function PickedPeople({
  workspaceId,
  audience,
  onChange,
}: {
  workspaceId: string;
  audience: Audience;
  onChange: (ids: string[]) => void;
}) {
  const t = useTranslations("campaigns.composer");
  const [names, setNames] = useState<Record<string, string>>({});
  const ids = audience.type === "subscribers" ? (audience.ids ?? []) : [];
  return (
    <div className="grid gap-3">
      {ids.length > 0 && (
        <ul className="grid max-h-48 overflow-y-auto">
          {ids.map((id) => {
            const name = names[id] ?? id.slice(-8);
            return (
              <li key={id} className="flex min-h-8 items-center justify-between gap-2">
                <span className="min-w-0 truncate">{name}</span>
                <Button
                  variant="ghost"
                  size="icon-sm"
                  aria-label={t("removePerson", { name })}
                  onClick={() => onChange(ids.filter((each) => each !== id))}
                >
                  <X aria-hidden="true" />
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <FindPeople
        workspaceId={workspaceId}
        pending={false}
        onAdd={({ id, name, externalId }) => {
          setNames({ ...names, [id]: name ?? externalId ?? id.slice(-8) });
          if (!ids.includes(id)) onChange([...ids, id]);
        }}
      />
    </div>
  );
}
