"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { retryEventAction } from "./actions.ts";

export function RetryEventButton({ workspaceId, id }: { workspaceId: string; id: string }) {
  const t = useTranslations("system.actions");
  const [pending, startTransition] = useTransition();
  const retry = () =>
    startTransition(async () => {
      const result = await retryEventAction(workspaceId, { id });
      if (result.ok) toast.success(t("eventRetried"));
      else toast.error(result.message);
    });
  return (
    <Button size="sm" variant="ghost" pending={pending} onClick={retry}>
      {t("retryEvent")}
    </Button>
  );
}
