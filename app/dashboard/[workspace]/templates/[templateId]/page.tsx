import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { draftOf } from "#components/content/content-draft.ts";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { getTemplate } from "#lib/templates/templates.ts";
import { previewSite } from "../preview-site.ts";
import { TemplateForm } from "../template-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("templates"))("title") };
}

export default async function TemplatePage({ params }: PageProps<"/dashboard/[workspace]/templates/[templateId]">) {
  const { workspace, templateId } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "templates:write")) return <NoPermission />;
  const template = await orNotFound(getTemplate(ctx, templateId));
  return (
    <TemplateForm
      key={template.id}
      workspaceId={ctx.workspaceId}
      base={`/dashboard/${workspace}`}
      id={template.id}
      initial={{ name: template.name, content: draftOf(template.content) }}
      site={await previewSite(ctx)}
    />
  );
}
