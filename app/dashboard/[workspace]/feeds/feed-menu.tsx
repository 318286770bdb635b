"use client";

import { ExternalLink, Megaphone, Pencil, Power, RefreshCw, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#lib/http/action.ts";
import { checkFeedAction, deleteFeedAction, updateFeedAction } from "./actions.ts";
import { type EditedFeed, FeedDialog } from "./feed-dialog.tsx";

/** "…" of a feed, in the list and on its page. */
export function FeedMenu({
  workspaceId,
  base,
  feed,
  isOpenAlready = false,
}: {
  workspaceId: string;
  base: string;
  feed: EditedFeed & { isActive: boolean };
  isOpenAlready?: boolean;
}) {
  const t = useTranslations("feeds");
  const router = useRouter();
  const [asking, setAsking] = useState<"edit" | "delete">();
  const { id, name, isActive } = feed;
  const say = (result: ActionResult<unknown>, said: string): boolean => {
    if (result.ok) toast.success(said);
    else toast.error(t("done.failed"), { description: result.message });
    return result.ok;
  };
  const run = (work: () => Promise<ActionResult<unknown>>, said: string) => () =>
    startTransition(async () => {
      say(await work(), said);
    });
  const remove = async () => {
    const isGone = say(await deleteFeedAction(workspaceId, { id }), t("done.deleted"));
    if (isGone && isOpenAlready) router.push(`${base}/feeds`);
    else if (isGone) router.refresh();
    return isGone;
  };

  return (
    <>
      <RowMenu name={name}>
        {!isOpenAlready && (
          <MenuItem asChild>
            <Link href={`${base}/feeds/${id}`}>
              <ExternalLink aria-hidden="true" />
              {t("actions.open")}
            </Link>
          </MenuItem>
        )}
        <MenuItem asChild>
          <Link href={`${base}/campaigns/new?type=rss&feed=${id}`}>
            <Megaphone aria-hidden="true" />
            {t("actions.campaign")}
          </Link>
        </MenuItem>
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setAsking("edit")}>
          {t("actions.edit")}
        </MenuItem>
        {isActive && (
          <MenuItem
            icon={<RefreshCw aria-hidden="true" />}
            onSelect={run(() => checkFeedAction(workspaceId, { id }), t("done.checking"))}
          >
            {t("actions.check")}
          </MenuItem>
        )}
        <MenuItem
          icon={<Power aria-hidden="true" />}
          onSelect={run(
            () => updateFeedAction(workspaceId, { id, changes: { isActive: !isActive } }),
            isActive ? t("done.off") : t("done.on"),
          )}
        >
          {isActive ? t("actions.off") : t("actions.on")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setAsking("delete")}>
          {t("actions.delete")}
        </MenuItem>
      </RowMenu>
      <FeedDialog
        workspaceId={workspaceId}
        sites={[]}
        feed={feed}
        open={asking === "edit"}
        onOpenChange={(next) => !next && setAsking(undefined)}
      />
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={(next) => !next && setAsking(undefined)}
        title={t("confirm.deleteTitle", { name })}
        description={t("confirm.deleteText")}
        confirmLabel={t("confirm.deleteAction")}
        onConfirm={remove}
      />
    </>
  );
}
