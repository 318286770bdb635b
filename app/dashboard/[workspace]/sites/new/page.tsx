import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPermission } from "#components/frame/no-permission.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { pageContext } from "#lib/auth/page-context.ts";
import { can } from "#lib/auth/permissions.ts";
import { NewSiteForm } from "./new-site-form.tsx";

const steps = ["add", "here", "install", "subscriber", "campaign"] as const;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sites.add"))("title") };
}

/** Adds a site: the first of the steps from sign-up to first push, which are shown beside it. */
export default async function NewSitePage({ params }: PageProps<"/dashboard/[workspace]/sites/new">) {
  const { workspace } = await params;
  const ctx = await pageContext(workspace);
  if (!can(ctx, "sites:write")) return <NoPermission />;
  const t = await getTranslations("sites.add");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} crumbs={[{ label: t("title") }]} />
      <div className="grid gap-x-16 gap-y-10 lg:grid-cols-[minmax(0,30rem)_minmax(0,22rem)]">
        <NewSiteForm workspaceId={ctx.workspaceId} base={`/dashboard/${workspace}`} />
        <section aria-labelledby="way" className="lg:border-s lg:border-border lg:ps-8">
          <h2 id="way" className="text-base font-semibold text-balance">
            {t("next")}
          </h2>
          <ol className="mt-5 grid">
            {steps.map((step, index) => (
              <li
                key={step}
                className="relative grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3 pb-5 last:pb-0 not-last:before:absolute not-last:before:start-3 not-last:before:top-7 not-last:before:bottom-1 not-last:before:w-px not-last:before:bg-border"
              >
                <span
                  aria-hidden="true"
                  className={`grid size-6 place-items-center rounded-full border text-xs font-semibold tabular-nums ${
                    index === 0
                      ? "border-transparent bg-primary text-primary-foreground"
                      : "border-border bg-muted text-muted-foreground"
                  }`}
                >
                  {index + 1}
                </span>
                <div className="pt-0.5">
                  <p className="font-medium" aria-current={index === 0 ? "step" : undefined}>
                    {t(`steps.${step}`)}
                  </p>
                  <p className="text-sm text-pretty text-muted-foreground">{t(`steps.${step}Text`)}</p>
                </div>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </>
  );
}
