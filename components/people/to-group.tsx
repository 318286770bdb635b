"use client";

import { UsersRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";

/** Asks which group the ticked people are added to. */
export function ToGroup({
  groups,
  count,
  pending,
  onAdd,
}: {
  groups: { id: string; name: string }[];
  count: number;
  pending: boolean;
  onAdd: (groupId: string) => void;
}) {
  const t = useTranslations("ui.people");
  const [groupId, setGroupId] = useState<string | null>(null);
  return (
    <Dialog
      trigger={
        <Button size="sm" disabled={groups.length === 0}>
          <UsersRound aria-hidden="true" />
          {t("toGroup")}
        </Button>
      }
      title={t("toGroupTitle", { count })}
      footer={
        <Button
          variant="primary"
          pending={pending}
          disabled={groupId === null}
          onClick={() => groupId !== null && onAdd(groupId)}
        >
          {t("addOne")}
        </Button>
      }
    >
      <Field label={t("group")}>
        <Combobox
          value={groupId}
          onValueChange={setGroupId}
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Field>
    </Dialog>
  );
}
