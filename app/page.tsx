import { BookOpen, ListChecks, Server, Timer } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Logo } from "#components/frame/logo.tsx";
import { NotificationPreview } from "#components/notification-preview/notification-preview.tsx";
import { Button } from "#components/ui/button.tsx";
import { isFirstUserMissing, signupMode } from "#lib/auth/accounts.ts";
import { currentUser } from "#lib/auth/workspace-context.ts";

const points = [
  { key: "fast", icon: Timer },
  { key: "ledger", icon: ListChecks },
  { key: "yours", icon: Server },
] as const;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("landing");
  return { title: { absolute: `PushPilot · ${t("title")}` }, description: t("lead") };
}

/** The public front of this installation: what it is and the ways in. Who is signed in goes straight to work. */
export default async function LandingPage() {
  if (await currentUser()) redirect("/dashboard");
  const [t, isFirst] = await Promise.all([getTranslations("landing"), isFirstUserMissing()]);
  const maySignUp = isFirst || signupMode() === "open";
  const sample = { title: t("sampleTitle"), message: t("sampleMessage"), siteHost: "shop.example" };
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="mx-auto flex w-full max-w-content items-center justify-between gap-4 px-6 py-5 sm:px-10">
        <Logo />
        <nav className="flex items-center gap-2">
          <Button variant="ghost" asChild>
            <Link href="/sign-in">{t("signIn")}</Link>
          </Button>
          {maySignUp && (
            <Button asChild className="max-sm:hidden">
              <Link href="/sign-up">{t("signUp")}</Link>
            </Button>
          )}
        </nav>
      </header>
      <main className="mx-auto grid w-full max-w-content flex-1 content-center gap-14 px-6 py-10 sm:px-10">
        <div className="grid items-center gap-12 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div>
            <h1 className="max-w-xl text-2xl font-semibold tracking-tight text-balance">{t("title")}</h1>
            <p className="mt-3 max-w-xl text-lg text-pretty text-muted-foreground">{t("lead")}</p>
            <div className="mt-7 flex flex-wrap gap-3">
              <Button variant="primary" size="lg" asChild>
                <Link href={maySignUp ? "/sign-up" : "/sign-in"}>{t(maySignUp ? "start" : "signIn")}</Link>
              </Button>
              <Button size="lg" asChild>
                <Link href="/docs/api" prefetch={false}>
                  <BookOpen aria-hidden="true" />
                  {t("docs")}
                </Link>
              </Button>
            </div>
          </div>
          <div aria-hidden="true" className="grid gap-4 rounded-xl border border-border bg-canvas p-6 sm:p-8">
            <NotificationPreview platform="macos-chrome" scheme="auto" {...sample} />
            <NotificationPreview platform="android-chrome" scheme="auto" {...sample} />
          </div>
        </div>
        <ul className="grid gap-x-10 gap-y-6 border-t border-border pt-10 sm:grid-cols-3">
          {points.map(({ key, icon: Icon }) => (
            <li key={key} className="grid content-start gap-1">
              <Icon className="mb-1 size-5 text-primary-text" aria-hidden="true" />
              <h2 className="text-base font-semibold">{t(`points.${key}.title`)}</h2>
              <p className="text-pretty text-muted-foreground">{t(`points.${key}.text`)}</p>
            </li>
          ))}
        </ul>
      </main>
      <footer className="px-6 py-6 text-center text-sm text-subtle-foreground">{t("footer")}</footer>
    </div>
  );
}
