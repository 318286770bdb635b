import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { emptyContent } from "#components/content/content-draft.ts";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { previewSite } from "../preview-site.ts";
import { TemplateForm } from "../template-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates.form"))("newTitle") };
}

export default async function NewTemplatePage({ params }: PageProps<"/dashboard/[workspace]/templates/new">) {
  const { workspace } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "templates:write")) return <NoPermission />;
  return (
    <TemplateForm
      workspaceId={ctx.workspaceId}
      base={`/dashboard/${workspace}`}
      initial={{ name: "", content: emptyContent }}
      site={await previewSite(ctx)}
    />
  );
}
