import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { everyone } from "#lib/segments/grammar.ts";
import { listSites } from "#lib/sites/sites.ts";
import { SegmentForm } from "../segment-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("segments.form"))("newTitle") };
}

export default async function NewSegmentPage({ params }: PageProps<"/dashboard/[workspace]/segments/new">) {
  const { workspace } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "segments:write")) return <NoPermission />;
  const sites = await listSites(ctx, { page: 1, pageSize: 100 });
  return (
    <SegmentForm
      workspaceId={ctx.workspaceId}
      path={`/dashboard/${workspace}/segments`}
      initial={{ name: "", description: "", siteId: null, rules: everyone }}
      sites={sites.data.map(({ id, name }) => ({ id, name }))}
    />
  );
}
