"use client";

import { Bookmark, BookmarkPlus, Pencil, Save, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { hrefWith } from "#components/frame/page-links.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { DropdownMenu, MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { View, ViewState } from "#lib/views/schema.ts";
import { deleteViewAction, updateViewAction } from "./view-actions.ts";
import { ViewDialog } from "./view-dialog.tsx";
import { queryOf } from "./view-query.ts";

/** Keeps what the list shows now under a name, and changes the view that is shown. */
export function ViewMenu({
  workspaceId,
  path,
  state,
  view,
  mayShare,
}: {
  workspaceId: string;
  path: string;
  /** What the list shows now. */
  state: ViewState;
  /** The one that was chosen; the list may show something else since. */
  view: View | undefined;
  /** With everybody in the workspace. */
  mayShare: boolean;
}) {
  const t = useTranslations("subscribers.savedViews");
  const router = useRouter();
  const [asked, setAsked] = useState<"new" | "edit" | "delete">();
  const save = async () => {
    if (!view) return;
    const result = await updateViewAction(workspaceId, { id: view.id, changes: { state } });
    if (result.ok) toast.success(t("saved", { name: view.name }));
    else toast.error(t("failed"), { description: result.message });
  };
  const remove = async (): Promise<boolean> => {
    if (!view) return true;
    const result = await deleteViewAction(workspaceId, { id: view.id });
    if (!result.ok) {
      toast.error(t("failed"), { description: result.message });
      return false;
    }
    toast.success(t("deleted", { name: view.name }));
    router.replace(hrefWith(path, queryOf(state)));
    router.refresh();
    return true;
  };
  return (
    <>
      <DropdownMenu
        align="start"
        trigger={
          <Button variant="ghost">
            <Bookmark aria-hidden="true" />
            {t("open")}
          </Button>
        }
      >
        <MenuItem icon={<BookmarkPlus aria-hidden="true" />} onSelect={() => setAsked("new")}>
          {t("new")}
        </MenuItem>
        {view?.isChangeable && (
          <>
            <MenuItem icon={<Save aria-hidden="true" />} onSelect={() => void save()}>
              {t("save", { name: view.name })}
            </MenuItem>
            <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setAsked("edit")}>
              {t("edit")}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setAsked("delete")}>
              {t("delete", { name: view.name })}
            </MenuItem>
          </>
        )}
      </DropdownMenu>
      {(asked === "new" || asked === "edit") && (
        <ViewDialog
          workspaceId={workspaceId}
          path={path}
          state={state}
          view={asked === "edit" ? view : undefined}
          mayShare={mayShare}
          onClose={() => setAsked(undefined)}
        />
      )}
      {view && (
        <ConfirmDialog
          open={asked === "delete"}
          onOpenChange={(open) => !open && setAsked(undefined)}
          title={t("deleteTitle", { name: view.name })}
          description={t(view.isShared ? "deleteShared" : "deleteOwn")}
          confirmLabel={t("deleteAction")}
          onConfirm={remove}
        />
      )}
    </>
  );
}
