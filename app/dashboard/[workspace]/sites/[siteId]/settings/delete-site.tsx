"use client";

import { Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { toast } from "#components/ui/toast.tsx";
import { deleteSiteAction } from "../../actions.ts";
import type { SettingsSite } from "./settings-draft.ts";

const ConfirmDialog = dynamic(() => import("#components/ui/confirm-dialog.tsx").then((file) => file.ConfirmDialog));

/** Deletes the site once its name was typed; says who is lost, and what stands in the way. */
export function DeleteSite({ workspaceId, base, site }: { workspaceId: string; base: string; site: SettingsSite }) {
  const t = useTranslations("sites.settings");
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  const remove = async () => {
    const result = await deleteSiteAction(workspaceId, { id: site.id });
    if (!result.ok) {
      setRefusal(result.message);
      return true;
    }
    toast.success(t("deleted", { name: site.name }));
    router.push(`${base}/sites`);
    router.refresh();
    return true;
  };

  return (
    <>
      {refusal && (
        <Callout
          tone="warning"
          title={t("deleteBusy")}
          actions={
            <Button asChild size="sm">
              <Link href={`${base}/campaigns?site=${site.id}`}>{t("deleteBusyLink")}</Link>
            </Button>
          }
        >
          {refusal}
        </Callout>
      )}
      <Button variant="danger-quiet" className="justify-self-start" onClick={() => setAsking(true)}>
        <Trash2 aria-hidden="true" />
        {t("delete")}
      </Button>
      {asking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t("deleteTitle", { name: site.name })}
          description={t("deleteText", { count: site.subscriberCount })}
          confirmLabel={t("deleteConfirm")}
          typeToConfirm={site.name}
          onConfirm={remove}
        />
      )}
    </>
  );
}
