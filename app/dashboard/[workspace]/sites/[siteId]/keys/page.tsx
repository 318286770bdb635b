import { Download } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { can } from "#lib/auth/permissions.ts";
import { listSiteKeys } from "#lib/sites/keys.ts";
import { sitePage } from "../site-data.ts";
import { KeyActions } from "./key-actions.tsx";
import { KeyTable } from "./key-table.tsx";

/** The site's key pairs with the devices that are bound to each. */
export default async function SiteKeysPage({ params }: PageProps<"/dashboard/[workspace]/sites/[siteId]/keys">) {
  const { workspace, siteId } = await params;
  const { ctx, site, mayChange } = await sitePage(workspace, siteId);
  const [{ data }, t] = await Promise.all([listSiteKeys(ctx, site.id), getTranslations("keys")]);
  const mayExport = can(ctx, "sites:export");
  return (
    <div className="grid gap-5">
      <Card
        title={t("title")}
        description={t("text")}
        flush
        actions={mayChange && <KeyActions workspaceId={ctx.workspaceId} siteId={site.id} />}
      >
        <KeyTable
          workspaceId={ctx.workspaceId}
          siteId={site.id}
          keys={data.map((key) => ({
            ...key,
            createdAt: key.createdAt.toISOString(),
            retiredAt: key.retiredAt?.toISOString() ?? null,
          }))}
          mayChange={mayChange}
          mayExport={mayExport}
        />
      </Card>
      {mayExport && (
        <Card title={t("download")} description={t("downloadText")}>
          <Button asChild>
            <a href={`/api/v1/sites/${site.id}/export?workspaceId=${ctx.workspaceId}`} download>
              <Download aria-hidden="true" />
              {t("download")}
            </a>
          </Button>
        </Card>
      )}
    </div>
  );
}
