"use client";

import { Download, Megaphone, Pencil, Trash2, UsersRound } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import { deleteSegmentAction } from "./actions.ts";

/** What can be done with a segment. */
export function SegmentMenu({
  workspaceId,
  base,
  segment: { id, name },
}: {
  workspaceId: string;
  base: string;
  segment: { id: string; name: string };
}) {
  const t = useTranslations("segments");
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const path = `${base}/segments`;
  const remove = async (): Promise<boolean> => {
    const result = await deleteSegmentAction(workspaceId, { id });
    if (!result.ok) {
      toast.error(t("failed"), { description: result.message });
      return false;
    }
    toast.success(t("deleted", { name }));
    router.push(path);
    router.refresh();
    return true;
  };
  return (
    <>
      <RowMenu name={name}>
        <MenuItem asChild>
          <Link href={`${base}/campaigns/new?segment=${id}`}>
            <Megaphone aria-hidden="true" />
            {t("send")}
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <Link href={`${base}/subscribers?segment=${id}`}>
            <UsersRound aria-hidden="true" />
            {t("show")}
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <a href={`/api/v1/segments/${id}/export?workspaceId=${workspaceId}`} download>
            <Download aria-hidden="true" />
            {t("export")}
          </a>
        </MenuItem>
        <MenuItem asChild>
          <Link href={`${path}/${id}/edit`}>
            <Pencil aria-hidden="true" />
            {t("edit")}
          </Link>
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setDeleting(true)}>
          {t("delete")}
        </MenuItem>
      </RowMenu>
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t("deleteTitle", { name })}
        description={t("deleteText")}
        confirmLabel={t("deleteAction")}
        onConfirm={remove}
      />
    </>
  );
}
