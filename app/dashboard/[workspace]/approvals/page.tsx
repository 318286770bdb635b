import { CheckCheck } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { ListToolbar } from "#components/frame/list-toolbar.tsx";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { keyPages, one } from "#components/frame/page-links.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { ApprovalFilter, approvalStatuses } from "#lib/campaigns/approval-schema.ts";
import { listApprovals } from "#lib/campaigns/approvals.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { getWorkspace } from "#lib/workspaces/workspaces.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("approvals"))("title") };
}

const tones = { requested: "warning", approved: "success", rejected: "danger", dropped: "neutral" } as const;

/** Requests for approval, newest first; what waits is found by its filter. */
export default async function ApprovalsPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/approvals">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("approvals")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "campaigns:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/approvals`;
  const cursor = cursorIn(query);
  const status = approvalStatuses.find((each) => each === one(query, "status"));
  const filter = ApprovalFilter.parse({ ...(cursor && { cursor }), ...(status && { status }) });
  const [page, { settings }] = await Promise.all([listApprovals(ctx, filter), getWorkspace(ctx)]);
  const isOff = !settings.approvalRequired;

  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {page.data.length === 0 && !status ? (
        <div className="rounded-lg border border-border bg-card">
          <EmptyState
            icon={<CheckCheck />}
            title={t(isOff ? "emptyOff" : "empty")}
            action={
              isOff &&
              can(ctx, "workspace:write") && (
                <Button asChild>
                  <Link href={`${base}/settings`}>{t("settings")}</Link>
                </Button>
              )
            }
          >
            {t(isOff ? "emptyOffText" : "emptyText")}
          </EmptyState>
        </div>
      ) : (
        <>
          <ListToolbar
            filters={[
              {
                key: "status",
                label: t("filter.label"),
                single: true,
                options: approvalStatuses.map((value) => ({ value, label: t(`states.${value}`) })),
              },
            ]}
          />
          <Card flush>
            {page.data.length === 0 ? (
              <p className="p-4 text-muted-foreground">{t("noMatch")}</p>
            ) : (
              <Table label={t("title")}>
                <TableHead>
                  <TableRow>
                    <TableHeader grow>{t("columns.campaign")}</TableHeader>
                    <TableHeader>{t("columns.state")}</TableHeader>
                    <TableHeader hideBelow="md">{t("columns.by")}</TableHeader>
                    <TableHeader hideBelow="sm">{t("columns.asked")}</TableHeader>
                    <TableHeader hideBelow="lg">{t("columns.decided")}</TableHeader>
                  </TableRow>
                </TableHead>
                <TableBody>
                  {page.data.map((each) => (
                    <TableRow key={each.id}>
                      <TableCell grow>
                        <RowLink href={`${base}/campaigns/${each.campaignId}`}>{each.campaignName}</RowLink>
                      </TableCell>
                      <TableCell>
                        <Badge tone={tones[each.status]}>{t(`states.${each.status}`)}</Badge>
                      </TableCell>
                      <TableCell hideBelow="md">{each.requestedByName ?? t("unknown")}</TableCell>
                      <TableCell hideBelow="sm">
                        <Time at={each.createdAt} />
                      </TableCell>
                      <TableCell hideBelow="lg">
                        {each.decidedAt ? (
                          <>
                            {each.decidedByName ?? t("unknown")}, <Time at={each.decidedAt} />
                          </>
                        ) : (
                          "–"
                        )}
                      </TableCell>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            )}
          </Card>
          <div className="mt-4">
            <Pagination {...keyPages(path, query, {}, page.nextCursor)} />
          </div>
        </>
      )}
    </>
  );
}
