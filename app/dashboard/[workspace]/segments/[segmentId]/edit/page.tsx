import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { getSegment } from "#lib/segments/segments.ts";
import { listSites } from "#lib/sites/sites.ts";
import { SegmentForm } from "../../segment-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("segments"))("edit") };
}

export default async function EditSegmentPage({
  params,
}: PageProps<"/dashboard/[workspace]/segments/[segmentId]/edit">) {
  const { workspace, segmentId } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "segments:write")) return <NoPermission />;
  const { name, description, siteId, rules } = await orNotFound(getSegment(ctx, segmentId));
  const sites = siteId === null ? [] : (await listSites(ctx, { page: 1, pageSize: 100 })).data;
  return (
    <SegmentForm
      key={segmentId}
      workspaceId={ctx.workspaceId}
      path={`/dashboard/${workspace}/segments`}
      id={segmentId}
      initial={{ name, description, siteId, rules }}
      sites={sites.filter(({ id }) => id === siteId).map(({ id, name }) => ({ id, name }))}
    />
  );
}
