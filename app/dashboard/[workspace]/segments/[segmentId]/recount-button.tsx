"use client";

import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { estimateSegmentAction } from "../actions.ts";

export function RecountButton({ workspaceId, id }: { workspaceId: string; id: string }) {
  const t = useTranslations("segments");
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const recount = () =>
    startTransition(async () => {
      const result = await estimateSegmentAction(workspaceId, { id });
      if (!result.ok) return void toast.error(t("failed"), { description: result.message });
      toast.success(t("detail.recounted", { count: result.data.count }));
      router.refresh();
    });
  return (
    <Button onClick={recount} pending={pending}>
      <RefreshCw aria-hidden="true" />
      {t("detail.recount")}
    </Button>
  );
}
