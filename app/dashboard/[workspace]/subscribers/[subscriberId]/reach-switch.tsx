"use client";

import { useTranslations } from "next-intl";
import { useOptimistic, useTransition } from "react";
import { Card } from "#components/ui/card.tsx";
import { Switch } from "#components/ui/switch.tsx";
import { toast } from "#components/ui/toast.tsx";
import { updateSubscriberAction } from "../actions.ts";

/** Whether the person gets anything at all; switched at once, put back when the server refuses. */
export function ReachSwitch({
  workspaceId,
  id,
  isActive,
  mayChange,
}: {
  workspaceId: string;
  id: string;
  isActive: boolean;
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers.detail");
  const [shown, setShown] = useOptimistic(isActive);
  const [, startTransition] = useTransition();
  const change = (next: boolean) =>
    startTransition(async () => {
      setShown(next);
      const result = await updateSubscriberAction(workspaceId, { id, changes: { isActive: next } });
      if (result.ok) toast.success(t(next ? "optedIn" : "optedOut"));
      else toast.error(t("failed"), { description: result.message });
    });
  return (
    <Card>
      <Switch
        label={t("reachable")}
        description={t("reachableHint")}
        checked={shown}
        onCheckedChange={change}
        disabled={!mayChange}
      />
    </Card>
  );
}
