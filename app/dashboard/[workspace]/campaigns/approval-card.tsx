"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { ApprovalOfCampaign } from "#lib/campaigns/approval-schema.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { approveCampaignAction, rejectCampaignAction, submitCampaignAction } from "./actions.ts";
import { useChangeWords } from "./change-words.ts";

const tones = { requested: "warning", approved: "success", rejected: "danger", dropped: "warning" } as const;

/** Where a draft stands with approval, and what the reader can do about it: ask, approve, reject with a note. */
export function ApprovalCard({
  workspaceId,
  campaign,
  approval,
  mayAsk,
}: {
  workspaceId: string;
  campaign: { id: string; name: string };
  approval: ApprovalOfCampaign;
  mayAsk: boolean;
}) {
  const t = useTranslations("approvals");
  const [pending, startTransition] = useTransition();
  const { current } = approval;
  const { id } = campaign;
  const status = current?.status;

  const run = (work: () => Promise<ActionResult<void>>, said: string) =>
    startTransition(async () => {
      const result = await work();
      if (result.ok) toast.success(said);
      else toast.error(t("failed"), { description: result.message });
    });
  const ask = mayAsk && (status === undefined || status === "rejected" || status === "dropped") && (
    <Button
      size="sm"
      variant="primary"
      pending={pending}
      onClick={() => run(() => submitCampaignAction(workspaceId, { id }), t("asked"))}
    >
      {t("ask")}
    </Button>
  );
  if (!current || !status)
    return (
      <Callout className="mb-5" tone="info" title={t("card.needed")} actions={ask}>
        {t("card.neededText")}
      </Callout>
    );

  const isDecided = status === "approved" || status === "rejected";
  const who = (isDecided ? current.decidedByName : current.requestedByName) ?? t("unknown");
  const note = isDecided ? current.decisionNote : current.note;
  const at = (isDecided && current.decidedAt) || current.createdAt;
  return (
    <Callout
      className="mb-5"
      tone={tones[status]}
      title={t(`card.${status}`)}
      actions={
        current.mayDecide ? (
          <>
            <Button
              size="sm"
              variant="primary"
              pending={pending}
              onClick={() => run(() => approveCampaignAction(workspaceId, { id }), t("approved"))}
            >
              {t("approve")}
            </Button>
            <RejectButton
              name={campaign.name}
              onReject={async (reason) => {
                const result = await rejectCampaignAction(workspaceId, { id, note: reason });
                if (result.ok) toast.success(t("rejected"));
                else toast.error(t("failed"), { description: result.message });
                return result.ok;
              }}
            />
          </>
        ) : (
          ask
        )
      }
    >
      <div className="grid gap-2">
        <p>
          {t.rich(`card.${status}Text`, { name: who, time: () => <Time at={at} /> })}{" "}
          {note && <q className="italic [quotes:none]">{t("card.note", { note })}</q>}
        </p>
        {status === "requested" && !current.mayDecide && current.whyNot && <p>{current.whyNot}</p>}
        {current.changes.length > 0 && <Changes changes={current.changes} />}
      </div>
    </Callout>
  );
}

function Changes({ changes }: { changes: NonNullable<ApprovalOfCampaign["current"]>["changes"] }) {
  const t = useTranslations("approvals.card");
  const wordsOf = useChangeWords();
  return (
    <details>
      <summary className="cursor-default rounded-sm font-medium">{t("changes", { count: changes.length })}</summary>
      <div className="mt-2 rounded-md border border-border bg-card">
        <Table label={t("changes", { count: changes.length })}>
          <TableHead>
            <TableRow>
              <TableHeader>{t("field")}</TableHeader>
              <TableHeader>{t("before")}</TableHeader>
              <TableHeader>{t("after")}</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {changes.map(({ field, before, after }) => (
              <TableRow key={field}>
                <TableCell>{wordsOf(field)}</TableCell>
                <TableCell className="break-words">{before ?? t("none")}</TableCell>
                <TableCell className="break-words">{after ?? t("none")}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </details>
  );
}

function RejectButton({ name, onReject }: { name: string; onReject: (note: string) => Promise<boolean> }) {
  const t = useTranslations("approvals");
  const [note, setNote] = useState("");
  return (
    <ConfirmDialog
      trigger={<Button size="sm">{t("reject")}</Button>}
      title={t("rejectTitle", { name })}
      description={t("rejectText")}
      confirmLabel={t("reject")}
      cancelLabel={t("cancel")}
      onConfirm={() => (note.trim() === "" ? false : onReject(note))}
    >
      <Field label={t("note")} hint={t("noteReject")} required>
        <Textarea value={note} onChange={(event) => setNote(event.target.value)} maxLength={1000} />
      </Field>
    </ConfirmDialog>
  );
}
