import { z } from "zod";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { can } from "#lib/auth/permissions.ts";
import { listCampaigns } from "#lib/campaigns/campaigns.ts";
import { CampaignFilter } from "#lib/campaigns/schema.ts";
import { env } from "#lib/env.ts";
import { pageOf } from "#lib/schema.ts";
import { getInstallCode } from "#lib/sites/install.ts";
import { Subscriber, SubscriberFilter } from "#lib/subscribers/schema.ts";
import { listSubscribers } from "#lib/subscribers/subscribers.ts";
import { listTemplates } from "#lib/templates/templates.ts";
import { sitePage } from "../site-data.ts";
import { InstallChecklist } from "./install-checklist.tsx";

/** From a new site to its first push: a checklist that ticks itself off while one works through it. */
export default async function InstallPage({ params }: PageProps<"/dashboard/[workspace]/sites/[siteId]/install">) {
  const { workspace, siteId } = await params;
  const { ctx, site, base, path } = await sitePage(workspace, siteId);
  const [code, newest, templates, sent] = await Promise.all([
    getInstallCode(ctx, site.id),
    listSubscribers(ctx, SubscriberFilter.parse({ siteId: site.id, status: "active", pageSize: 3 })),
    listTemplates(ctx, { page: 1, pageSize: 3 }),
    listCampaigns(ctx, CampaignFilter.parse({ siteId: site.id, pageSize: 20 })),
  ]);
  const { prompt, allowedOrigins } = site.settings;
  return (
    <LiveQueries>
      <InstallChecklist
        workspaceId={ctx.workspaceId}
        base={base}
        path={path}
        site={{ id: site.id, name: site.name, url: site.url, host: new URL(site.url).host, prompt, allowedOrigins }}
        appOrigin={new URL(env().APP_URL).origin}
        maySend={can(ctx, "campaigns:send")}
        code={code}
        newest={z.encode(pageOf(Subscriber), newest)}
        templates={templates.data.map(({ id, name, content }) => ({ id, name, title: content.title }))}
        hasSent={sent.data.some(({ status }) => status !== "draft")}
      />
    </LiveQueries>
  );
}
