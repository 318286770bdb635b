"use client";

import { Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { toast } from "#components/ui/toast.tsx";
import { resumeSiteAction } from "./actions.ts";

/** Why a site sends nothing, and the way out. `name` where it is not clear which site is meant. */
export function PausedBanner({
  workspaceId,
  siteId,
  reason,
  mayResume,
  name,
}: {
  workspaceId: string;
  siteId: string;
  reason: string;
  mayResume: boolean;
  name?: string;
}) {
  const t = useTranslations("sites.paused");
  const [pending, startTransition] = useTransition();
  const resume = () =>
    startTransition(async () => {
      const result = await resumeSiteAction(workspaceId, { id: siteId });
      if (result.ok) toast.success(t("resumed"), { description: t("resumedText") });
      else toast.error(t("failed"), { description: result.message });
    });
  return (
    <Callout
      tone="danger"
      className="mb-5"
      title={name ? `${name}: ${t("title")}` : t("title")}
      actions={
        mayResume && (
          <Button onClick={resume} pending={pending}>
            <Play aria-hidden="true" />
            {t("resume")}
          </Button>
        )
      }
    >
      {reason === "vapid_rejected" ? t("reasons.vapid_rejected") : t("reasons.other", { reason })}{" "}
      {!mayResume && t("who")}
    </Callout>
  );
}
