import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { one } from "#components/frame/page-links.ts";
import { Section } from "#components/ui/card.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { formatNumber } from "#lib/format.ts";
import { getPrivacy } from "#lib/privacy/privacy.ts";
import { SubscriberFilter } from "#lib/subscribers/schema.ts";
import { listSubscribers } from "#lib/subscribers/subscribers.ts";
import { FindPerson } from "./find-person.tsx";
import { RetentionForm } from "./retention-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("privacy"))("title") };
}

/** How long what is kept, what one person can ask for, and what was erased. */
export default async function PrivacyPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/privacy">) {
  const [{ workspace }, query, t, locale] = await Promise.all([
    params,
    searchParams,
    getTranslations("privacy"),
    getLocale(),
  ]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "workspace:read") || !can(ctx, "subscribers:read")) return <NoPermission />;
  const search = one(query, "q")?.trim().slice(0, 200) ?? "";
  const find = (filter: object) => listSubscribers(ctx, SubscriberFilter.parse({ pageSize: 10, search, ...filter }));
  const [privacy, found] = await Promise.all([
    getPrivacy(ctx),
    search === "" ? undefined : Promise.all([find({}), find({ deleted: "true" })]),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Section title={t("person.title")} description={t("person.text")}>
        <FindPerson
          workspaceId={ctx.workspaceId}
          base={`/dashboard/${workspace}`}
          search={search}
          people={found
            ?.flatMap(({ data }) => data)
            .map(({ id, name, externalId, isDeleted }) => ({ id, name, externalId, isDeleted }))}
          mayErase={can(ctx, "subscribers:write")}
        />
      </Section>
      <Section title={t("retention.title")} description={t("retention.text")}>
        <RetentionForm
          workspaceId={ctx.workspaceId}
          retention={privacy.retention}
          mayChange={can(ctx, "workspace:write")}
        />
      </Section>
      <Section title={t("erased.title")} description={t("erased.text")}>
        <p>{t("erased.tombstones", { count: privacy.tombstones, shown: formatNumber(privacy.tombstones, locale) })}</p>
        {privacy.erasures.length > 0 && (
          <div className="overflow-hidden rounded-lg border border-border bg-card">
            <Table label={t("erased.title")}>
              <TableHead>
                <tr>
                  <TableHeader grow>{t("erased.by")}</TableHeader>
                  <TableHeader>{t("erased.when")}</TableHeader>
                </tr>
              </TableHead>
              <TableBody>
                {privacy.erasures.map(({ id, source, createdAt, finishedAt }) => (
                  <TableRow key={id}>
                    <TableCell grow>{t(`erased.sources.${source}`)}</TableCell>
                    <TableCell className="whitespace-nowrap text-muted-foreground">
                      {finishedAt ? <Time at={createdAt} /> : t("erased.underWay")}
                    </TableCell>
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </div>
        )}
      </Section>
    </>
  );
}
