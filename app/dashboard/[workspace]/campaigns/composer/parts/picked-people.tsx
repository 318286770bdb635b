"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { FindPeople } from "#components/people/find-people.tsx";
import { PickedPerson } from "#components/people/picked-person.tsx";
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
              <PickedPerson
                key={id}
                name={name}
                removeLabel={t("removePerson", { name })}
                onRemove={() => onChange(ids.filter((each) => each !== id))}
              />
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
