import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { RefreshWhile } from "#components/live/refresh-while.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { orNotFound } from "#lib/http/or-not-found.ts";
import { getImport, previewImport } from "#lib/imports/imports.ts";
import { listSites } from "#lib/sites/sites.ts";
import { ImportState } from "../import-state.tsx";
import { CancelImport } from "./cancel-import.tsx";
import { ImportProgress } from "./import-progress.tsx";
import { MappingForm } from "./mapping-form.tsx";

export async function generateMetadata({
  params,
}: PageProps<"/dashboard/[workspace]/subscribers/import/[importId]">): Promise<Metadata> {
  const { workspace, importId } = await params;
  const ctx = await pageContext(workspace);
  return { title: (await orNotFound(getImport(ctx, importId))).fileName };
}

/** One import: what its columns become, then how far it is, then what became of its rows. */
export default async function ImportPage({
  params,
}: PageProps<"/dashboard/[workspace]/subscribers/import/[importId]">) {
  const [{ workspace, importId }, t] = await Promise.all([params, getTranslations("imports")]);
  const ctx = await pageContext(workspace);
  if (!can(ctx, "subscribers:read")) return <NoPermission />;
  const found = await orNotFound(getImport(ctx, importId));
  const isOpen = found.status === "ready" || found.status === "checked";
  const isBusy = found.status === "running" || found.status === "checking";
  const mayChange = can(ctx, "subscribers:write");
  const [preview, sites] = await Promise.all([
    isOpen ? previewImport(ctx, found.id) : undefined,
    isOpen ? listSites(ctx, { page: 1, pageSize: 100 }) : undefined,
  ]);
  const path = `/dashboard/${workspace}/subscribers`;
  return (
    <>
      <PageHeader
        title={found.fileName}
        badge={<ImportState status={found.status} />}
        description={t(`about.${found.status}`)}
        crumbs={[{ label: t("title"), href: `${path}/import` }, { label: found.fileName }]}
        action={
          mayChange &&
          (isOpen || isBusy) && <CancelImport workspaceId={ctx.workspaceId} id={found.id} isBusy={isBusy} />
        }
      />
      <div className="grid gap-6">
        {found.status !== "ready" && found.status !== "receiving" && (
          <ImportProgress found={found} workspaceId={ctx.workspaceId} path={path} />
        )}
        {preview && sites && (
          <MappingForm
            workspaceId={ctx.workspaceId}
            found={{ id: found.id, columns: found.columns, rows: found.rows, isChecked: found.status === "checked" }}
            initial={preview}
            sites={sites.data.map(({ id, name }) => ({ id, name }))}
            mayChange={mayChange}
          />
        )}
      </div>
      <RefreshWhile active={isBusy || found.status === "receiving"} everyMs={1_000} />
    </>
  );
}
