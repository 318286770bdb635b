import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { isFirstUserMissing, signupMode } from "#lib/auth/accounts.ts";
import { webProviders } from "#lib/auth/next-auth.ts";
import { currentUser } from "#lib/auth/workspace-context.ts";
import { ProviderButtons } from "../provider-buttons.tsx";
import { SignUpForm } from "./sign-up-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.signUp"))("title") };
}

export default async function SignUpPage() {
  if (await currentUser()) redirect("/dashboard");
  const t = await getTranslations("auth");
  const isFirst = await isFirstUserMissing();
  const mode = isFirst ? "open" : signupMode();
  const link = (chunks: React.ReactNode) => (
    <Link href="/sign-in" className="font-medium text-primary-text hover:underline">
      {chunks}
    </Link>
  );
  const footer = !isFirst && t.rich("signUp.footer", { link });
  if (mode !== "open") {
    return (
      <AuthLayout title={t(`signUp.${mode}Title`)} footer={footer}>
        <Callout>{t(`signUp.${mode}Text`)}</Callout>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={isFirst ? t("signUp.firstTitle") : t("signUp.title")}
      description={isFirst ? t("signUp.firstDescription") : t("signUp.description")}
      footer={footer}
    >
      <ProviderButtons providers={webProviders()} next="/dashboard" />
      <SignUpForm />
    </AuthLayout>
  );
}
