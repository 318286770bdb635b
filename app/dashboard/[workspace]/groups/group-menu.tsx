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
import { deleteGroupAction } from "./actions.ts";
import { GroupDialog } from "./group-dialog.tsx";

/** What can be done with a group. */
export function GroupMenu({
  workspaceId,
  base,
  group,
}: {
  workspaceId: string;
  base: string;
  group: { id: string; name: string; description: string };
}) {
  const t = useTranslations("groups");
  const router = useRouter();
  const [asked, setAsked] = useState<"rename" | "delete">();
  const { id, name } = group;
  const path = `${base}/groups`;
  const remove = async (): Promise<boolean> => {
    const result = await deleteGroupAction(workspaceId, { id });
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
          <Link href={`${base}/campaigns/new?group=${id}`}>
            <Megaphone aria-hidden="true" />
            {t("send")}
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <Link href={`${base}/subscribers?group=${id}`}>
            <UsersRound aria-hidden="true" />
            {t("show")}
          </Link>
        </MenuItem>
        <MenuItem asChild>
          <a href={`/api/v1/groups/${id}/export?workspaceId=${workspaceId}`} download>
            <Download aria-hidden="true" />
            {t("export")}
          </a>
        </MenuItem>
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setAsked("rename")}>
          {t("rename")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setAsked("delete")}>
          {t("delete")}
        </MenuItem>
      </RowMenu>
      <GroupDialog
        workspaceId={workspaceId}
        path={path}
        group={group}
        open={asked === "rename"}
        onOpenChange={(open) => !open && setAsked(undefined)}
      />
      <ConfirmDialog
        open={asked === "delete"}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={t("deleteTitle", { name })}
        description={t("deleteText")}
        confirmLabel={t("deleteAction")}
        onConfirm={remove}
      />
    </>
  );
}
