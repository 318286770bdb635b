"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { revokeInvitationAction } from "./actions.ts";

export function WithdrawButton({ workspaceId, id, email }: { workspaceId: string; id: string; email: string }) {
  const t = useTranslations("team");
  const [pending, startTransition] = useTransition();
  const withdraw = () =>
    startTransition(async () => {
      const result = await revokeInvitationAction(workspaceId, { id });
      if (result.ok) toast.success(t("withdrawn", { email }));
      else toast.error(result.message);
    });
  return (
    <Button size="sm" variant="ghost" pending={pending} onClick={withdraw}>
      {t("withdraw")}
    </Button>
  );
}
