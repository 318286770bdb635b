"use client";

import { Copy, Pencil, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition, useState } from "react";
import { NotificationPreview } from "#components/notification-preview/notification-preview.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import { fillVariables } from "#lib/content/variables.ts";
import type { ActionResult } from "#lib/http/action.ts";
import type { Template } from "#lib/templates/schema.ts";
import { deleteTemplateAction, duplicateTemplateAction } from "./actions.ts";
import type { PreviewSite } from "./preview-site.ts";

/** One template as the notification it makes, with what can be done with it. */
export function TemplateCard({
  workspaceId,
  base,
  template,
  site,
  canWrite,
}: {
  workspaceId: string;
  base: string;
  template: Template;
  site: PreviewSite;
  canWrite: boolean;
}) {
  const t = useTranslations("templates");
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const { id, name, content, updatedAt } = template;
  const path = `${base}/templates/${id}`;
  const settle = (result: ActionResult<unknown>, said: string): boolean => {
    if (result.ok) toast.success(said);
    else toast.error(t("done.failed"), { description: result.message });
    router.refresh();
    return result.ok;
  };

  return (
    <li className="flex flex-col overflow-hidden rounded-lg border border-border bg-card">
      <div
        aria-hidden="true"
        className="flex h-40 items-center justify-center overflow-hidden border-b border-border bg-muted px-4"
      >
        <NotificationPreview
          platform="macos-chrome"
          scheme="auto"
          title={fillVariables(content.title, {})}
          message={fillVariables(content.message, {})}
          iconUrl={content.iconUrl ?? site.defaults.iconUrl}
          siteHost={site.host}
        />
      </div>
      <div className="flex items-start gap-2 px-4 pt-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-base font-semibold">
            <Link href={path} className="rounded-sm hover:underline">
              {name}
            </Link>
          </h2>
          <p className="text-sm text-muted-foreground">{t.rich("edited", { time: () => <Time at={updatedAt} /> })}</p>
        </div>
        {canWrite && (
          <RowMenu name={name}>
            <MenuItem asChild>
              <Link href={path}>
                <Pencil aria-hidden="true" />
                {t("edit")}
              </Link>
            </MenuItem>
            <MenuItem
              icon={<Copy aria-hidden="true" />}
              onSelect={() =>
                startTransition(async () => {
                  const copy = t("copyName", { name: name.slice(0, 100) });
                  settle(await duplicateTemplateAction(workspaceId, { id, name: copy }), t("done.duplicated"));
                })
              }
            >
              {t("duplicate")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setDeleting(true)}>
              {t("delete")}
            </MenuItem>
          </RowMenu>
        )}
      </div>
      <div className="px-4 pt-3 pb-4">
        <Button asChild className="w-full">
          <Link href={`${base}/campaigns/new?template=${id}`}>
            {t("use")}
            <span className="sr-only">: {name}</span>
          </Link>
        </Button>
      </div>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t("deleteTitle", { name })}
        description={t("deleteText")}
        confirmLabel={t("deleteAction")}
        onConfirm={async () => settle(await deleteTemplateAction(workspaceId, { id }), t("done.deleted"))}
      />
    </li>
  );
}
