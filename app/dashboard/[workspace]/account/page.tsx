import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/frame/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { Section } from "#components/ui/card.tsx";
import { pageUser } from "#lib/auth/page-context.ts";
import { EverywhereButton } from "./everywhere-button.tsx";
import { PasswordForm } from "./password-form.tsx";
import { ProfileForm } from "./profile-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

export default async function AccountPage() {
  const { name, email, locale, hasPassword } = await pageUser();
  const t = await getTranslations("account");
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} crumbs={[{ label: t("title") }]} />
      <div>
        <Section title={t("profile")} description={t("profileText")}>
          <ProfileForm name={name} email={email} locale={locale} />
        </Section>
        <Section title={t("password")} description={t("passwordText")}>
          {hasPassword ? (
            <PasswordForm email={email} />
          ) : (
            <>
              <p>{t("noPassword")}</p>
              <Button asChild className="justify-self-start">
                <Link href="/forgot-password">{t("getPassword")}</Link>
              </Button>
            </>
          )}
        </Section>
        <Section title={t("sessions")} description={t("sessionsText")}>
          <EverywhereButton />
        </Section>
      </div>
    </>
  );
}
