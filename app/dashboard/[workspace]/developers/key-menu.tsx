"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { ApiKey } from "#lib/workspaces/schema.ts";
import { revokeApiKeyAction } from "./actions.ts";

export function KeyMenu({
  workspaceId,
  apiKey,
}: {
  workspaceId: string;
  apiKey: Pick<ApiKey, "id" | "name" | "prefix">;
}) {
  const t = useTranslations("developers");
  const [asking, setAsking] = useState(false);
  const { id, name, prefix } = apiKey;
  const revoke = async () => {
    const result = await revokeApiKeyAction(workspaceId, { id });
    if (result.ok) toast.success(t("revoked", { name }));
    else toast.error(result.message);
    return result.ok;
  };
  return (
    <>
      <RowMenu name={name}>
        <MenuItem tone="danger" onSelect={() => setAsking(true)}>
          {t("revoke")}
        </MenuItem>
      </RowMenu>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("revokeTitle", { name })}
        description={t("revokeText", { prefix })}
        confirmLabel={t("revokeConfirm")}
        onConfirm={revoke}
      />
    </>
  );
}
