"use client";

import { useTranslations } from "next-intl";
import { useOptimistic, useTransition } from "react";
import { Card } from "#components/ui/card.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import { updateSubscriberAction } from "../actions.ts";

/** What this person wants to hear of; drawn only where their sites have categories. */
export function CategoriesEditor({
  workspaceId,
  id,
  categories,
  mayChange,
}: {
  workspaceId: string;
  id: string;
  categories: { key: string; name: string; isWanted: boolean }[];
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers.categories");
  const [shown, setShown] = useOptimistic(categories);
  const [, startTransition] = useTransition();
  if (categories.length === 0) return null;
  const change = (key: string, isWanted: boolean) =>
    startTransition(async () => {
      setShown((before) => before.map((each) => (each.key === key ? { ...each, isWanted } : each)));
      const result = await updateSubscriberAction(workspaceId, { id, changes: { preferences: { [key]: isWanted } } });
      if (result.ok) toast.success(t("saved"));
      else toast.error(t("failed"), { description: result.message });
    });
  return (
    <Card title={t("title")} description={t("text")}>
      <div className="grid gap-3">
        {shown.map(({ key, name, isWanted }) => (
          <Switch
            key={key}
            label={name}
            checked={isWanted}
            disabled={!mayChange}
            onCheckedChange={(next) => change(key, next)}
          />
        ))}
      </div>
    </Card>
  );
}
