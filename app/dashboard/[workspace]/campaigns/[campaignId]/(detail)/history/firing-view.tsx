import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { StatusBadge, statusTones } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { FiringDetail } from "#lib/campaigns/drip-schema.ts";
import { OutcomeBadge, SeverityBadge } from "./outcome-badge.tsx";

/** One event that met the campaign: what it said, whom it told, who acted. */
export function FiringView({ firing, path, base }: { firing: FiringDetail; path: string; base: string }) {
  const t = useTranslations("campaigns.drip");
  const nameOf = (person: FiringDetail["subscriber"]) => person.name ?? person.externalId ?? t("unknown");
  return (
    <div className="grid gap-4">
      <Button asChild variant="ghost" size="sm" className="justify-self-start">
        <Link href={path}>
          <ArrowLeft aria-hidden="true" />
          {t("back")}
        </Link>
      </Button>
      <Card
        title={
          <span className="flex flex-wrap items-center gap-2">
            <Time at={firing.at} look="exact" />
            <OutcomeBadge outcome={firing.outcome} />
            <SeverityBadge severity={firing.severity} />
            {firing.isTest && <Badge tone="info">{t("test")}</Badge>}
          </span>
        }
      >
        <div className="grid gap-3">
          <p className="text-sm">
            {t("columns.subject")}:{" "}
            <Link href={`${base}/subscribers/${firing.subscriber.id}`} className="font-medium underline">
              {nameOf(firing.subscriber)}
            </Link>
          </p>
          <CodeBlock label={t("columns.properties")} code={JSON.stringify(firing.properties, null, 2)} />
        </div>
      </Card>
      <Card title={t("who")} flush>
        {firing.people.length === 0 ? (
          <p className="px-4 py-3 text-sm text-muted-foreground">{t("whoEmpty")}</p>
        ) : (
          <Table label={t("who")}>
            <TableHead>
              <tr>
                <TableHeader>{t("personColumns.person")}</TableHeader>
                <TableHeader>{t("personColumns.status")}</TableHeader>
                <TableHeader hideBelow="sm">{t("personColumns.shown")}</TableHeader>
                <TableHeader>{t("personColumns.acted")}</TableHeader>
              </tr>
            </TableHead>
            <TableBody>
              {firing.people.map((told) => (
                <TableRow key={told.messageId}>
                  <TableCell>
                    <Link href={`${base}/subscribers/${told.subscriber.id}`} className="font-medium hover:underline">
                      {nameOf(told.subscriber)}
                    </Link>
                  </TableCell>
                  <TableCell>{isStatus(told.status) && <StatusBadge status={told.status} />}</TableCell>
                  <TableCell hideBelow="sm">{told.deliveredAt ? <Time at={told.deliveredAt} /> : "–"}</TableCell>
                  <TableCell>{told.clickedAt ? <Time at={told.clickedAt} /> : "–"}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </Card>
      {firing.isToldCapped && <Callout>{t("whoCapped", { count: firing.people.length })}</Callout>}
    </div>
  );
}

function isStatus(status: string): status is keyof typeof statusTones {
  return Object.hasOwn(statusTones, status);
}
