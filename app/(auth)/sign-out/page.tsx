import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Button } from "#components/ui/button.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { pageUser } from "#lib/auth/page-context.ts";
import { signOutAction } from "../actions.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.signOut"))("submit") };
}

export default async function SignOutPage() {
  const { email } = await pageUser();
  const t = await getTranslations("auth.signOut");
  return (
    <AuthLayout title={t("title")} description={t("description", { email })}>
      <form action={signOutAction} className="flex gap-2">
        <SubmitButton size="lg">{t("submit")}</SubmitButton>
        <Button size="lg" asChild>
          <Link href="/dashboard">{t("stay")}</Link>
        </Button>
      </form>
    </AuthLayout>
  );
}
