import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuthLayout } from "#components/frame/auth-layout.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { isFirstUserMissing, signupMode } from "#lib/auth/accounts.ts";
import { webProviders } from "#lib/auth/next-auth.ts";
import { ownPath } from "#lib/auth/own-path.ts";
import { currentUser } from "#lib/auth/workspace-context.ts";
import { ProviderButtons } from "../provider-buttons.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.signIn"))("title") };
}

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next: wanted, callbackUrl, email, error } = await searchParams;
  const next = ownPath(wanted ?? callbackUrl);
  if (await currentUser()) redirect(next);
  if (await isFirstUserMissing()) redirect("/sign-up");
  const t = await getTranslations("auth");
  const link = (chunks: React.ReactNode) => (
    <Link href="/sign-up" className="font-medium text-primary-text hover:underline">
      {chunks}
    </Link>
  );
  return (
    <AuthLayout title={t("signIn.title")} footer={signupMode() === "open" && t.rich("signIn.footer", { link })}>
      {error !== undefined && (
        <Callout tone="danger" className="mb-5">
          {t(`errors.${knownError(error)}`)}
        </Callout>
      )}
      <ProviderButtons providers={webProviders()} next={next} />
      <SignInForm next={next} email={typeof email === "string" ? email.slice(0, 254) : undefined} />
    </AuthLayout>
  );
}

function knownError(error: unknown) {
  const known = ["forbidden", "signup_closed", "rate_limited"] as const;
  return known.find((code) => code === error) ?? "other";
}
