import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { isMailConfigured } from "#lib/mail.ts";
import { ForgotPasswordForm } from "./forgot-password-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.forgot"))("title") };
}

export default async function ForgotPasswordPage() {
  const t = await getTranslations("auth.forgot");
  const hasMail = isMailConfigured();
  const link = (chunks: React.ReactNode) => (
    <Link href="/sign-in" className="font-medium text-primary-text hover:underline">
      {chunks}
    </Link>
  );
  return (
    <AuthLayout
      title={t("title")}
      description={hasMail ? t("description") : undefined}
      footer={t.rich("footer", { link })}
    >
      {hasMail ? (
        <ForgotPasswordForm />
      ) : (
        <div className="grid gap-3">
          <Callout title={t("noMailTitle")}>{t("noMailText")}</Callout>
          <CodeBlock code="npm run user:reset-password -- you@example.com" wrap />
        </div>
      )}
    </AuthLayout>
  );
}
