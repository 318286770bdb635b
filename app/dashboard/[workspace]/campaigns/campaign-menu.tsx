"use client";

import {
  Archive,
  ArchiveRestore,
  Ban,
  Copy,
  ExternalLink,
  FilePen,
  Pause,
  Pencil,
  Play,
  SkipForward,
  Trash2,
} from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { startTransition, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import type { CampaignStatus, CampaignType, Counts } from "#lib/campaigns/schema.ts";
import { type CampaignAction, isLegal } from "./legal-actions.ts";
import { useCampaignActions } from "./use-campaign-actions.ts";

export type MenuCampaign = {
  id: string;
  name: string;
  type: CampaignType;
  status: CampaignStatus;
  isArchived: boolean;
  counts: Pick<Counts, "queued" | "sending" | "sent" | "clicked">;
};

/** "…" of a campaign, in the list and on its page. What has a button of its own there is left out by `without`. */
export function CampaignMenu({
  workspaceId,
  base,
  campaign,
  without = [],
}: {
  workspaceId: string;
  base: string;
  campaign: MenuCampaign;
  without?: (CampaignAction | "open")[];
}) {
  const t = useTranslations("campaigns.actions");
  const actions = useCampaignActions(workspaceId, base, campaign.id);
  const [asking, setAsking] = useState<"delete" | "cancel" | "unschedule">();
  const { id, name, type, status, isArchived } = campaign;
  const offers = (action: CampaignAction) => isLegal(action, status, type) && !without.includes(action);
  const run = (work: () => Promise<boolean>) => () =>
    startTransition(async () => {
      await work();
    });
  const endings = offers("cancel") || offers("delete");

  return (
    <>
      <RowMenu name={name}>
        {!without.includes("open") && (
          <MenuItem asChild>
            <Link href={`${base}/campaigns/${id}`}>
              <ExternalLink aria-hidden="true" />
              {t("open")}
            </Link>
          </MenuItem>
        )}
        {offers("edit") && (
          <MenuItem asChild>
            <Link href={`${base}/campaigns/${id}/edit`}>
              <Pencil aria-hidden="true" />
              {t("edit")}
            </Link>
          </MenuItem>
        )}
        {offers("pause") && (
          <MenuItem icon={<Pause aria-hidden="true" />} onSelect={run(actions.pause)}>
            {t("pause")}
          </MenuItem>
        )}
        {offers("resume") && (
          <MenuItem icon={<Play aria-hidden="true" />} onSelect={run(actions.resume)}>
            {t("resume")}
          </MenuItem>
        )}
        {offers("skipNext") && (
          <MenuItem icon={<SkipForward aria-hidden="true" />} onSelect={run(actions.skipNext)}>
            {t("skipNext")}
          </MenuItem>
        )}
        {offers("unschedule") && (
          <MenuItem icon={<FilePen aria-hidden="true" />} onSelect={() => setAsking("unschedule")}>
            {t("unschedule")}
          </MenuItem>
        )}
        {offers("duplicate") && (
          <MenuItem icon={<Copy aria-hidden="true" />} onSelect={run(actions.duplicate)}>
            {t("duplicate")}
          </MenuItem>
        )}
        {isArchived ? (
          <MenuItem icon={<ArchiveRestore aria-hidden="true" />} onSelect={run(() => actions.archive(false))}>
            {t("unarchive")}
          </MenuItem>
        ) : (
          offers("archive") && (
            <MenuItem icon={<Archive aria-hidden="true" />} onSelect={run(() => actions.archive(true))}>
              {t("archive")}
            </MenuItem>
          )
        )}
        {endings && <MenuSeparator />}
        {offers("cancel") && (
          <MenuItem icon={<Ban aria-hidden="true" />} tone="danger" onSelect={() => setAsking("cancel")}>
            {t("cancel")}
          </MenuItem>
        )}
        {offers("delete") && (
          <MenuItem icon={<Trash2 aria-hidden="true" />} tone="danger" onSelect={() => setAsking("delete")}>
            {t("delete")}
          </MenuItem>
        )}
      </RowMenu>
      <DeleteDialog
        campaign={campaign}
        open={asking === "delete"}
        onClose={() => setAsking(undefined)}
        onConfirm={actions.remove}
      />
      <CancelDialog
        campaign={campaign}
        open={asking === "cancel"}
        onClose={() => setAsking(undefined)}
        onConfirm={actions.cancel}
      />
      <UnscheduleDialog
        campaign={campaign}
        open={asking === "unschedule"}
        onClose={() => setAsking(undefined)}
        onConfirm={actions.unschedule}
      />
    </>
  );
}

type Asking = {
  campaign: Omit<MenuCampaign, "isArchived">;
  open: boolean;
  onClose: () => void;
  onConfirm: () => Promise<boolean>;
};

function DeleteDialog({ campaign, open, onClose, onConfirm }: Asking) {
  const t = useTranslations("campaigns.confirm");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("deleteTitle", { name: campaign.name })}
      description={campaign.status === "draft" ? t("deleteDraft") : t("deleteSent", campaign.counts)}
      confirmLabel={t("deleteAction")}
      cancelLabel={t("keep")}
      onConfirm={onConfirm}
    />
  );
}

/** Says how many were sent and how many will not be. */
export function CancelDialog({ campaign, open, onClose, onConfirm }: Asking) {
  const t = useTranslations("campaigns.confirm");
  const { sent, queued, sending } = campaign.counts;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("cancelTitle", { name: campaign.name })}
      description={
        campaign.status === "scheduled" ? t("cancelScheduled") : t("cancelRunning", { sent, left: queued + sending })
      }
      confirmLabel={t("cancelAction")}
      cancelLabel={t("keep")}
      onConfirm={onConfirm}
    />
  );
}

function UnscheduleDialog({ campaign, open, onClose, onConfirm }: Asking) {
  const t = useTranslations("campaigns.confirm");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("unscheduleTitle", { name: campaign.name })}
      description={t("unscheduleText")}
      confirmLabel={t("unscheduleAction")}
      cancelLabel={t("keep")}
      tone="primary"
      onConfirm={onConfirm}
    />
  );
}
