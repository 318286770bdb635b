"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { useSubscriberActions } from "./use-subscriber-actions.ts";

const ConfirmDialog = dynamic(() => import("#components/ui/confirm-dialog.tsx").then((file) => file.ConfirmDialog));

/** What can be done with one person from a list or its page. */
export function SubscriberMenu({
  workspaceId,
  path,
  subscriber,
  isDeleted,
  isOpenAlready,
}: {
  workspaceId: string;
  path: string;
  /** `devices`: how many are subscribed now. */
  subscriber: { id: string; label: string; devices: number };
  isDeleted: boolean;
  isOpenAlready?: boolean;
}) {
  const t = useTranslations("subscribers.actions");
  const [asking, setAsking] = useState(false);
  const { remove, restore } = useSubscriberActions(workspaceId, path, subscriber);
  const { id, label, devices } = subscriber;
  const privacy = (
    <MenuItem asChild>
      <Link href={`${path.replace(/subscribers$/, "privacy")}?q=${id}`}>{t("privacy")}</Link>
    </MenuItem>
  );
  return (
    <>
      <RowMenu name={label}>
        {isDeleted ? (
          <>
            <MenuItem onSelect={() => void restore()}>{t("restore")}</MenuItem>
            {privacy}
          </>
        ) : (
          <>
            {!isOpenAlready && (
              <>
                <MenuItem asChild>
                  <Link href={`${path}/${id}`}>{t("open")}</Link>
                </MenuItem>
                <MenuSeparator />
              </>
            )}
            {privacy}
            <MenuItem tone="danger" onSelect={() => setAsking(true)}>
              {t("delete")}
            </MenuItem>
          </>
        )}
      </RowMenu>
      {asking && (
        <ConfirmDialog
          open
          onOpenChange={setAsking}
          title={t("deleteTitle", { name: label })}
          description={t("deleteText", { devices })}
          confirmLabel={t("deleteConfirm")}
          onConfirm={remove}
        />
      )}
    </>
  );
}
