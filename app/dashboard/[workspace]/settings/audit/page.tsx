import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { hrefWith, keyPages, one } from "#components/frame/page-links.ts";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { cursorIn } from "#lib/http/list-query.ts";
import { listAuditLog } from "#lib/workspaces/audit-log.ts";
import { type AuditEntry, AuditFilter } from "#lib/workspaces/schema.ts";
import { StateChips } from "../../campaigns/state-chips.tsx";
import { actionKey, detailTexts, entityHref } from "./audit-words.ts";

const kinds = ["campaign", "site", "subscriber", "template", "member", "invitation", "api_key", "workspace"] as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings.audit"))("title") };
}

/** Who did what in the workspace; for admins. */
export default async function AuditPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/settings/audit">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("settings.audit")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "audit:read")) return <NoPermission />;
  const base = `/dashboard/${workspace}`;
  const path = `${base}/settings/audit`;
  const kind = kinds.find((name) => name === one(query, "kind"));
  const cursor = cursorIn(query);
  const page = await listAuditLog(
    ctx,
    AuditFilter.parse({ pageSize: 50, ...(kind && { action: `${kind}.` }), ...(cursor && { cursor }) }),
  );
  return (
    <>
      <StateChips
        label={t("kind")}
        chips={[
          { key: "all", label: t("all"), href: path, current: !kind },
          ...kinds.map((name) => ({
            key: name,
            label: t(`kinds.${name}`),
            href: hrefWith(path, { kind: name }),
            current: kind === name,
          })),
        ]}
      />
      {page.data.length === 0 ? (
        <Card>
          <EmptyState icon={<ScrollText />} title={t("empty")}>
            {t("emptyText")}
          </EmptyState>
        </Card>
      ) : (
        <>
          <Entries entries={page.data} base={base} userId={ctx.actor.type === "user" ? ctx.actor.userId : undefined} />
          <div className="mt-3">
            <Pagination
              {...keyPages(path, query, { kind }, page.nextCursor)}
              summary={
                page.total !== undefined &&
                t(page.totalCapped ? "summaryCapped" : "summary", { shown: page.data.length, total: page.total })
              }
            />
          </div>
        </>
      )}
    </>
  );
}

async function Entries({ entries, base, userId }: { entries: AuditEntry[]; base: string; userId: string | undefined }) {
  const t = await getTranslations("settings.audit");
  const whoOf = ({ actorType, actorName, actorId }: AuditEntry): string => {
    if (actorType === "system") return t("system");
    const name = actorName ?? t("gone");
    if (actorType === "api_key") return `${t("apiKey")} ${name}`;
    return actorId === userId ? `${name} (${t("you")})` : name;
  };
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader>{t("what")}</TableHeader>
            <TableHeader grow hideBelow="md">
              {t("details")}
            </TableHeader>
            <TableHeader hideBelow="sm">{t("who")}</TableHeader>
            <TableHeader>{t("when")}</TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {entries.map((entry) => {
            const href = entityHref(entry, base);
            const words = t(`actions.${actionKey(entry.action)}`, { action: entry.action });
            const details = detailTexts(entry, (fields) => t("fields", { fields })).join(" · ");
            const who = whoOf(entry);
            return (
              <TableRow key={entry.id}>
                <TableCell className="font-medium sm:whitespace-nowrap">
                  {href ? (
                    <Link href={href} className="rounded-sm hover:underline">
                      {words}
                    </Link>
                  ) : (
                    words
                  )}
                  <span className="block font-normal text-muted-foreground sm:hidden">{who}</span>
                </TableCell>
                <TableCell grow hideBelow="md" className="text-muted-foreground" title={details}>
                  {details}
                </TableCell>
                <TableCell hideBelow="sm" className="whitespace-nowrap">
                  {who}
                </TableCell>
                <TableCell className="whitespace-nowrap text-muted-foreground">
                  <Time at={entry.createdAt} />
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}
