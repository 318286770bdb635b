import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Button } from "#components/ui/button.tsx";
import { isResetTokenValid } from "#lib/auth/password-reset.ts";
import { ResetPasswordForm } from "./reset-password-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  // The address holds the secret: no page that is linked from here may learn it.
  return { title: (await getTranslations("auth.reset"))("title"), referrer: "no-referrer" };
}

export default async function ResetPasswordPage({ params }: PageProps<"/reset-password/[token]">) {
  const { token } = await params;
  const t = await getTranslations("auth.reset");
  if (!(await isResetTokenValid(token))) {
    return (
      <AuthLayout title={t("staleTitle")} description={t("staleText")}>
        <Button size="lg" asChild>
          <Link href="/forgot-password">{t("again")}</Link>
        </Button>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("title")} description={t("description")}>
      <ResetPasswordForm token={token} />
    </AuthLayout>
  );
}
