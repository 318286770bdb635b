import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { SearchedList } from "#components/frame/searched-list.tsx";
import { SampleNotification } from "#components/notification-preview/sample-notification.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { listQuery } from "#lib/http/list-query.ts";
import { TemplateFilter } from "#lib/templates/schema.ts";
import { listTemplates } from "#lib/templates/templates.ts";
import { previewSite } from "./preview-site.ts";
import { TemplateCard } from "./template-card.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates"))("title") };
}

/** The workspace's templates, each as the notification it makes. */
export default async function TemplatesPage({ params, searchParams }: PageProps<"/dashboard/[workspace]/templates">) {
  const [{ workspace }, query, t] = await Promise.all([params, searchParams, getTranslations("templates")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "templates:read")) return <NoPermission />;

  const base = `/dashboard/${workspace}`;
  const path = `${base}/templates`;
  const [page, site] = await Promise.all([
    listTemplates(ctx, TemplateFilter.parse({ pageSize: 24, ...listQuery(query) })),
    previewSite(ctx),
  ]);
  const newButton = (
    <Button variant="primary" asChild>
      <Link href={`${path}/new`}>
        <Plus aria-hidden="true" />
        {t("new")}
      </Link>
    </Button>
  );

  return (
    <>
      <PageHeader title={t("title")} description={t("description")} action={can(ctx, "templates:write") && newButton} />
      <SearchedList
        path={path}
        query={query}
        page={page}
        searchLabel={t("search")}
        summary={(counts) => t("summary", counts)}
        empty={
          <EmptyState
            picture={
              <SampleNotification title={t("form.namePlaceholder")} message={t("empty.text")} host={site.host} />
            }
            title={t("empty.title")}
            action={newButton}
          >
            {t("empty.text")}
          </EmptyState>
        }
      >
        <ul aria-label={t("list")} className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {page.data.map((template) => (
            <TemplateCard
              key={template.id}
              workspaceId={ctx.workspaceId}
              base={base}
              template={template}
              site={site}
              canWrite={can(ctx, "templates:write")}
            />
          ))}
        </ul>
      </SearchedList>
    </>
  );
}
