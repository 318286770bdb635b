import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { Section } from "#components/ui/card.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { getWorkspace } from "#lib/workspaces/workspaces.ts";
import { WorkspaceForm } from "./workspace-form.tsx";

const elsewhere = ["sites", "team", "developers", "account"] as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("title") };
}

/** The workspace's own settings, and the ways to all others. */
export default async function SettingsPage({ params }: PageProps<"/dashboard/[workspace]/settings">) {
  const { workspace } = await params;
  const [ctx, t] = await Promise.all([pageContext(workspace), getTranslations("settings")]);
  if (!can(ctx, "workspace:read")) return <NoPermission />;
  const { name, settings } = await getWorkspace(ctx);
  return (
    <>
      <WorkspaceForm
        workspaceId={ctx.workspaceId}
        name={name}
        apiCallsPerDay={settings.apiCallsPerDay}
        approvalRequired={settings.approvalRequired}
        mayChange={can(ctx, "workspace:write")}
      />
      <Section title={t("more")} description={t("moreText")}>
        <ul className="grid gap-2">
          {elsewhere.map((area) => (
            <li key={area}>
              <Link
                href={`/dashboard/${workspace}/${area}`}
                className="rounded-sm text-primary-text underline-offset-4 hover:underline"
              >
                {t(area)}
              </Link>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
