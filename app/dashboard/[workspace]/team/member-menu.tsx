"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import { roles } from "#lib/workspaces/roles.ts";
import type { Member } from "#lib/workspaces/schema.ts";
import { leaveWorkspaceAction, removeMemberAction, updateMemberAction } from "./actions.ts";

/** What can be done about one member; oneself can only leave. */
export function MemberMenu({
  workspaceId,
  member,
  isSelf,
  mayManage,
  mayMakeOwners,
}: {
  workspaceId: string;
  member: Pick<Member, "id" | "name" | "role" | "status">;
  isSelf: boolean;
  mayManage: boolean;
  mayMakeOwners: boolean;
}) {
  const t = useTranslations("team");
  const [asking, setAsking] = useState(false);
  const [, startTransition] = useTransition();
  const { id, name, role, status } = member;

  const change = (changes: { role?: (typeof roles)[number]; status?: "active" | "suspended" }, said: string) =>
    startTransition(async () => {
      const result = await updateMemberAction(workspaceId, { id, ...changes });
      if (result.ok) toast.success(said);
      else toast.error(result.message);
    });

  const leaveOrRemove = async () => {
    const result = isSelf ? await leaveWorkspaceAction(workspaceId, {}) : await removeMemberAction(workspaceId, { id });
    if (!result.ok) toast.error(result.message);
    else if (!isSelf) toast.success(t("removed", { name }));
    return result.ok;
  };

  return (
    <>
      <RowMenu name={name}>
        {mayManage && (
          <>
            <MenuLabel>{t("changeRole")}</MenuLabel>
            <MenuRadioGroup
              value={role}
              onValueChange={(chosen) => {
                const next = roles.find((known) => known === chosen);
                if (next) change({ role: next }, t("roleChanged", { name, role: t(`roles.${next}`) }));
              }}
            >
              {roles.map((one) => (
                <MenuRadioItem key={one} value={one} disabled={one === "owner" && !mayMakeOwners}>
                  {t(`roles.${one}`)}
                </MenuRadioItem>
              ))}
            </MenuRadioGroup>
            <MenuSeparator />
          </>
        )}
        {mayManage && !isSelf && status === "active" && (
          <MenuItem onSelect={() => change({ status: "suspended" }, t("suspended", { name }))}>{t("suspend")}</MenuItem>
        )}
        {mayManage && !isSelf && status === "suspended" && (
          <MenuItem onSelect={() => change({ status: "active" }, t("resumed", { name }))}>{t("resume")}</MenuItem>
        )}
        <MenuItem tone="danger" onSelect={() => setAsking(true)}>
          {isSelf ? t("leave") : t("remove")}
        </MenuItem>
      </RowMenu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={isSelf ? t("leaveTitle") : t("removeTitle", { name })}
        description={isSelf ? t("leaveText") : t("removeText")}
        confirmLabel={isSelf ? t("leaveConfirm") : t("removeConfirm")}
        onConfirm={leaveOrRemove}
      />
    </>
  );
}
