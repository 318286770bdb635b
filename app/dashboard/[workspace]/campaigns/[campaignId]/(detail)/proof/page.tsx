import { Download } from "lucide-react";
import { getLocale, getTranslations } from "next-intl/server";
import { one } from "#components/frame/page-links.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { getReconciliation } from "#lib/analytics/reconciliation.ts";
import type { Reconciliation } from "#lib/analytics/schema.ts";
import { formatNumber } from "#lib/format.ts";
import { campaignPage } from "../campaign-data.ts";
import { Why } from "./why.tsx";

/** What proves the campaign's figures: counters beside the ledger, the ledger as a file, and one person's story. */
export default async function CampaignProofPage({
  params,
  searchParams,
}: PageProps<"/dashboard/[workspace]/campaigns/[campaignId]/proof">) {
  const [{ workspace, campaignId }, query, t] = await Promise.all([
    params,
    searchParams,
    getTranslations("campaigns.proof"),
  ]);
  const { ctx, campaign, base } = await campaignPage(workspace, campaignId);
  const found = await getReconciliation(ctx, campaign.id);
  const outcome = !found.isExact ? "different" : found.ledgerSince ? "aged" : "exact";
  return (
    <div className="grid gap-6 lg:grid-cols-2 lg:items-start">
      <Card
        title={t("title")}
        description={t("description")}
        actions={
          <Button asChild size="sm">
            <a href={`/api/v1/campaigns/${campaign.id}/ledger?workspaceId=${ctx.workspaceId}`} download>
              <Download aria-hidden="true" />
              {t("download")}
            </a>
          </Button>
        }
      >
        <div className="grid gap-4">
          <Callout tone={outcome === "exact" ? "success" : outcome === "aged" ? "info" : "warning"} title={t(outcome)}>
            {t(`${outcome}Text`, { count: found.recipients })}
          </Callout>
          <States found={found} />
          <p className="text-sm text-muted-foreground">
            {t("readAt")} <Time at={found.at} />
          </p>
        </div>
      </Card>
      <Why ctx={ctx} campaignId={campaign.id} base={base} search={one(query, "q")?.trim().slice(0, 200) ?? ""} />
    </div>
  );
}

async function States({ found }: { found: Reconciliation }) {
  const [t, tStatus, locale] = await Promise.all([
    getTranslations("campaigns.proof"),
    getTranslations("ui.status"),
    getLocale(),
  ]);
  const counted = found.states.reduce((sum, state) => sum + state.counters, 0);
  const rows = [
    ...found.states.filter((state) => state.ledger !== 0 || state.counters !== 0),
    { status: null, ledger: found.recipients, counters: counted },
  ];
  return (
    <Table label={t("title")}>
      <TableHead>
        <tr>
          <TableHeader grow>{t("state")}</TableHeader>
          <TableHeader numeric>{t("ledger")}</TableHeader>
          <TableHeader numeric>{t("counters")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {rows.map(({ status, ledger, counters }) => (
          <TableRow key={status ?? "sum"}>
            <TableCell grow>{status === null ? <strong>{t("sum")}</strong> : tStatus(status)}</TableCell>
            <TableCell numeric>{formatNumber(ledger, locale)}</TableCell>
            <TableCell numeric>{formatNumber(counters, locale)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
