import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Message } from "#lib/campaigns/schema.ts";
import { reasonKey } from "../../campaigns/[campaignId]/(detail)/reasons.ts";

/** Everything that was sent to a person, or not, in words. */
export function MessageHistory({
  messages,
  campaignNames,
  base,
  pages,
}: {
  messages: Message[];
  campaignNames: Map<string, string>;
  base: string;
  pages: { previousHref: string | undefined; nextHref: string | undefined };
}) {
  const t = useTranslations("subscribers.detail");
  if (messages.length === 0 && !pages.previousHref) {
    return (
      <Card title={t("history")} description={t("historyText")}>
        <p className="text-muted-foreground">{t("noMessages")}</p>
      </Card>
    );
  }
  return (
    <div className="grid gap-3">
      <Card title={t("history")} description={t("historyText")} flush>
        <Table label={t("history")}>
          <TableHead>
            <tr>
              <TableHeader>{t("campaign")}</TableHeader>
              <TableHeader>{t("outcome")}</TableHeader>
              <TableHeader grow hideBelow="sm">
                {t("what")}
              </TableHeader>
              <TableHeader hideBelow="sm">{t("when")}</TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {messages.map((message) => (
              <TableRow key={message.id}>
                <TableCell className="max-w-36 truncate sm:max-w-48">
                  {message.campaignId ? (
                    <Link
                      href={`${base}/campaigns/${message.campaignId}`}
                      className="rounded-sm font-medium hover:underline"
                    >
                      {campaignNames.get(message.campaignId) ?? t("campaign")}
                    </Link>
                  ) : (
                    <span className="text-muted-foreground">{t("testMessage")}</span>
                  )}
                </TableCell>
                <TableCell>
                  <StatusBadge status={stateOf(message)} />
                  <span className="mt-0.5 block text-pretty text-muted-foreground sm:hidden">
                    <Outcome message={message} />
                  </span>
                </TableCell>
                <TableCell grow hideBelow="sm" className="text-muted-foreground">
                  <Outcome message={message} />
                </TableCell>
                <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
                  <Time at={message.sentAt ?? message.createdAt} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Card>
      {(pages.previousHref || pages.nextHref) && <Pagination {...pages} />}
    </div>
  );
}

/** The furthest that it came. */
function stateOf({ status, clickedAt, dismissedAt, deliveredAt }: Message) {
  if (clickedAt) return "clicked";
  if (dismissedAt) return "dismissed";
  return deliveredAt ? "delivered" : status;
}

function Outcome({ message }: { message: Message }) {
  const t = useTranslations("subscribers.outcomes");
  const tReason = useTranslations("campaigns.reasons");
  const { status, reason, attempts, nextAt, clickedAt, dismissedAt, deliveredAt } = message;
  const say = (key: "clicked" | "shown" | "dismissed", at: Date) => t.rich(key, { time: () => <Time at={at} /> });
  if (clickedAt) return say("clicked", clickedAt);
  if (dismissedAt) return say("dismissed", dismissedAt);
  if (deliveredAt) return say("shown", deliveredAt);
  if (status === "sent") return t("accepted");
  const words = tReason(`${reasonKey(reason ?? "unknown")}.title`);
  if (status === "queued" || status === "sending") {
    if (!nextAt || nextAt <= new Date()) return t("waiting");
    return reason && attempts > 0
      ? t.rich("retry", { reason: words, time: () => <Time at={nextAt} /> })
      : t.rich("waitsUntil", { time: () => <Time at={nextAt} look="exact" /> });
  }
  return <span title={tReason(`${reasonKey(reason ?? "unknown")}.text`)}>{t("failed", { reason: words })}</span>;
}
