import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { membershipsOf } from "#lib/auth/accounts.ts";
import { pageUser } from "#lib/auth/page-context.ts";
import { WorkspaceForm } from "./workspace-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.workspace"))("title") };
}

export default async function NewWorkspacePage() {
  const [first] = await membershipsOf((await pageUser()).id);
  const t = await getTranslations("auth.workspace");
  return (
    <AuthLayout title={t("title")} description={first ? t("description") : t("noneDescription")}>
      <WorkspaceForm />
    </AuthLayout>
  );
}
