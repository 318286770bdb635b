"use client";

import { useQuery } from "@tanstack/react-query";
import { Inbox, X } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { z } from "zod";
import { hrefWith } from "#components/frame/page-links.ts";
import { getJson } from "#components/live/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { messageStatuses } from "#lib/campaigns/message-statuses.ts";
import type { Message } from "#lib/campaigns/schema.ts";
import { formatNumber } from "#lib/format.ts";
import type { Page } from "#lib/schema.ts";
import { StateChips } from "../../../state-chips.tsx";
import { type ProgressWire, useLiveStatus } from "../live-status.ts";
import { reasonKey } from "../reasons.ts";

type MessageWire = z.input<typeof Message>;
type Filter = { status?: string; reason?: string; cursor?: string; pageSize: string };

/** Every message of the campaign with what became of it; the first page follows a running send. */
export function Ledger({
  workspaceId,
  base,
  path,
  campaignId,
  progress: initialProgress,
  filter,
  page: initialPage,
  pages,
}: {
  workspaceId: string;
  base: string;
  /** The ledger's own address. */
  path: string;
  campaignId: string;
  progress: ProgressWire;
  filter: Filter;
  page: Page<MessageWire>;
  pages: { previousHref: string | undefined; nextHref: string | undefined };
}) {
  const t = useTranslations("campaigns.messages");
  const tStatus = useTranslations("ui.status");
  const tReason = useTranslations("campaigns.reasons");
  const { data: progress } = useLiveStatus(workspaceId, campaignId, initialProgress);
  const isLive = progress.status === "running" || (progress.counts.sent > 0 && progress.counts.sent < 1000);
  const { data: page } = useQuery({
    queryKey: ["campaign-messages", campaignId, filter],
    queryFn: ({ signal }) =>
      getJson<Page<MessageWire>>(hrefWith(`/campaigns/${campaignId}/messages`, filter), workspaceId, signal),
    initialData: initialPage,
    refetchInterval: filter.cursor ? false : progress.status === "running" ? 2000 : isLive ? 10_000 : false,
  });
  const { status, reason } = filter;
  const { counts } = progress;
  const states = messageStatuses.filter((state) => counts[state] > 0 || state === status);

  if (counts.recipients === 0 && page.data.length === 0) {
    return (
      <div className="rounded-lg border border-border bg-card">
        <EmptyState icon={<Inbox />} title={t("empty")}>
          {t("emptyText")}
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      <StateChips
        label={t("states")}
        chips={[
          { key: "all", label: t("all"), href: path, current: !status && !reason, count: counts.recipients },
          ...states.map((state) => ({
            key: state,
            label: tStatus(state),
            href: hrefWith(path, { status: state }),
            current: status === state,
            count: counts[state],
          })),
        ]}
      />
      {reason && (
        <p className="mb-3">
          <Badge className="h-7 ps-2.5 pe-0.5 text-sm">
            <span className="flex items-center gap-1">
              {t("reasonFilter", { reason: tReason(`${reasonKey(reason)}.title`) })}
              <Link
                href={hrefWith(path, { status })}
                aria-label={t("clearReason")}
                className="grid size-6 place-items-center rounded-sm hover:text-foreground"
              >
                <X aria-hidden="true" />
              </Link>
            </span>
          </Badge>
        </p>
      )}
      {page.data.length === 0 ? (
        <div className="rounded-lg border border-border bg-card">
          <EmptyState
            icon={<Inbox />}
            title={t("noMatch")}
            action={
              <Button asChild>
                <Link href={path}>{t("showAll")}</Link>
              </Button>
            }
          />
        </div>
      ) : (
        <>
          <Rows messages={page.data} base={base} />
          <div className="mt-3">
            <Pagination
              {...pages}
              summary={page.total !== undefined && t("summary", { shown: page.data.length, total: page.total })}
            />
          </div>
        </>
      )}
    </>
  );
}

function Rows({ messages, base }: { messages: MessageWire[]; base: string }) {
  const t = useTranslations("campaigns.messages");
  const tReason = useTranslations("campaigns.reasons");
  const locale = useLocale();
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader>{t("subscriber")}</TableHeader>
            <TableHeader>{t("status")}</TableHeader>
            <TableHeader grow hideBelow="sm">
              {t("reason")}
            </TableHeader>
            <TableHeader numeric hideBelow="lg">
              {t("attempts")}
            </TableHeader>
            <TableHeader hideBelow="md">{t("sent")}</TableHeader>
            <TableHeader>{t("shown")}</TableHeader>
            <TableHeader>{t("clicked")}</TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {messages.map((message) => (
            <TableRow key={message.id}>
              <TableCell className="whitespace-nowrap">
                <Link
                  href={`${base}/subscribers/${message.subscriberId}`}
                  // Fifty pages fetched ahead for one that may be opened.
                  prefetch={false}
                  className="rounded-sm font-mono text-primary-text underline-offset-4 hover:underline"
                >
                  …{message.subscriberId.slice(-8)}
                </Link>
              </TableCell>
              <TableCell>
                <StatusBadge status={message.status} />
              </TableCell>
              <TableCell grow hideBelow="sm" className="text-muted-foreground">
                {message.reason && tReason(`${reasonKey(message.reason)}.title`)}
                {message.nextAt && message.attempts > 0 && (
                  <span className="ms-2">{t.rich("next", { time: () => <Time at={message.nextAt ?? 0} /> })}</span>
                )}
                {message.dismissedAt && !message.reason && (
                  <span>{t.rich("dismissed", { time: () => <Time at={message.dismissedAt ?? 0} /> })}</span>
                )}
              </TableCell>
              <TableCell numeric hideBelow="lg">
                {formatNumber(message.attempts, locale)}
              </TableCell>
              {(["sentAt", "deliveredAt", "clickedAt"] as const).map((name) => (
                <TableCell
                  key={name}
                  className="whitespace-nowrap text-muted-foreground"
                  {...(name === "sentAt" && { hideBelow: "md" as const })}
                >
                  {message[name] ? <Time at={message[name]} /> : "–"}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
