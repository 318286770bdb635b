"use client";

import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { z } from "zod";
import { Badge } from "#components/ui/badge.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { Table, TableActions, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import { formatNumber } from "#lib/format.ts";
import type { SecretKeyPair, SiteKey } from "#lib/sites/schema.ts";
import { exportKeyAction, retireKeyAction } from "./actions.ts";

type KeyWire = z.input<typeof SiteKey>;

function stateOf(key: KeyWire): "current" | "former" | "imported" | "retired" {
  if (key.isCurrent) return "current";
  if (key.retiredAt !== null) return "retired";
  return key.isImported ? "imported" : "former";
}

/** Key pairs, newest first, each with what can be done with it. */
export function KeyTable({
  workspaceId,
  siteId,
  keys,
  mayChange,
  mayExport,
}: {
  workspaceId: string;
  siteId: string;
  keys: KeyWire[];
  mayChange: boolean;
  mayExport: boolean;
}) {
  const t = useTranslations("keys");
  const locale = useLocale();
  return (
    <Table label={t("title")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("columns.key")}</TableHeader>
          <TableHeader>{t("columns.state")}</TableHeader>
          <TableHeader numeric>{t("columns.devices")}</TableHeader>
          <TableHeader hideBelow="sm">{t("columns.made")}</TableHeader>
          <TableHeader />
        </tr>
      </TableHead>
      <TableBody>
        {keys.map((key) => {
          const state = stateOf(key);
          return (
            <TableRow key={key.id}>
              <TableCell grow className="font-mono text-xs" dir="ltr">
                {key.publicKey}
              </TableCell>
              <TableCell>
                <Badge tone={state === "current" ? "success" : state === "retired" ? "neutral" : "info"}>
                  {t(`state.${state}`)}
                </Badge>
              </TableCell>
              <TableCell numeric>{formatNumber(key.devices, locale)}</TableCell>
              <TableCell hideBelow="sm">
                <Time at={key.createdAt} />
              </TableCell>
              <TableActions>
                <KeyMenu
                  workspaceId={workspaceId}
                  siteId={siteId}
                  siteKey={key}
                  mayRetire={mayChange && (state === "former" || state === "imported")}
                  mayExport={mayExport}
                />
              </TableActions>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function KeyMenu({
  workspaceId,
  siteId,
  siteKey,
  mayRetire,
  mayExport,
}: {
  workspaceId: string;
  siteId: string;
  siteKey: KeyWire;
  mayRetire: boolean;
  mayExport: boolean;
}) {
  const t = useTranslations("keys");
  const [asking, setAsking] = useState<"retire" | "export">();
  const [secret, setSecret] = useState<SecretKeyPair>();
  const { id: keyId, devices, publicKey } = siteKey;
  if (!mayRetire && !mayExport) return null;
  const retire = async () => {
    const result = await retireKeyAction(workspaceId, { siteId, keyId, loseDevices: devices > 0 });
    if (result.ok) toast.success(t("retired"));
    else toast.error(t("failed"), { description: result.message });
    return result.ok;
  };
  const show = async () => {
    const result = await exportKeyAction(workspaceId, { siteId, keyId });
    if (result.ok) setSecret(result.data);
    else toast.error(t("failed"), { description: result.message });
    return result.ok;
  };
  return (
    <>
      <RowMenu name={publicKey.slice(0, 8)}>
        {mayExport && <MenuItem onSelect={() => setAsking("export")}>{t("export")}</MenuItem>}
        {mayRetire && (
          <MenuItem tone="danger" onSelect={() => setAsking("retire")}>
            {t("retire")}
          </MenuItem>
        )}
      </RowMenu>
      <ConfirmDialog
        open={asking === "retire"}
        onOpenChange={(open) => setAsking(open ? "retire" : undefined)}
        title={t("retireTitle")}
        description={t("retireText", { count: devices })}
        confirmLabel={t("retireConfirm", { count: devices })}
        {...(devices > 0 && { typeToConfirm: publicKey.slice(0, 8) })}
        onConfirm={retire}
      />
      <ConfirmDialog
        open={asking === "export"}
        onOpenChange={(open) => setAsking(open ? "export" : undefined)}
        title={t("exportTitle")}
        description={t("exportText")}
        confirmLabel={t("exportConfirm")}
        onConfirm={show}
      />
      <Dialog open={secret !== undefined} onOpenChange={() => setSecret(undefined)} size="md" title={t("privateKey")}>
        {secret && (
          <div className="grid gap-4">
            {(["publicKey", "privateKey", "subject"] as const).map((part) => (
              <Field key={part} label={t(part)}>
                <Input
                  readOnly
                  dir="ltr"
                  value={secret[part]}
                  suffix={<CopyButton text={secret[part]} label={t(part)} />}
                />
              </Field>
            ))}
          </div>
        )}
      </Dialog>
    </>
  );
}
