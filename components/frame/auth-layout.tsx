import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { NotificationPreview } from "#components/notification-preview/notification-preview.tsx";
import { Logo } from "./logo.tsx";

const points = ["fast", "ledger", "yours"] as const;

/** Sign-in and its kin: the form on one side, on the other what it is for, calmly. */
export function AuthLayout({
  title,
  description,
  footer,
  children,
}: {
  title: ReactNode;
  description?: ReactNode;
  /** The way to the other page: "No account yet? Sign up". */
  footer?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations("frame.auth");
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex flex-col px-6 py-6 sm:px-10">
        <header>
          <Link href="/" className="inline-block rounded-sm">
            <Logo />
          </Link>
        </header>
        <main className="mx-auto grid w-full max-w-90 flex-1 content-center py-12">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description && <p className="mt-1 text-pretty text-muted-foreground">{description}</p>}
          <div className="mt-6">{children}</div>
          {footer && <p className="mt-6 text-muted-foreground">{footer}</p>}
        </main>
      </div>
      <aside className="hidden place-items-center border-s border-border bg-canvas p-10 lg:grid">
        <div className="w-full max-w-md">
          <div aria-hidden="true" className="mb-10 grid justify-items-center">
            <NotificationPreview
              platform="macos-chrome"
              scheme="auto"
              title={t("sample.title")}
              message={t("sample.message")}
              siteHost="shop.example"
            />
          </div>
          <p className="text-xl font-semibold tracking-tight">{t("tagline")}</p>
          <ul className="mt-4 grid gap-3">
            {points.map((point) => (
              <li key={point} className="flex gap-2.5 text-muted-foreground">
                <CircleCheck className="mt-0.5 size-4 shrink-0 text-primary-text" aria-hidden="true" />
                {t(`points.${point}`)}
              </li>
            ))}
          </ul>
        </div>
      </aside>
    </div>
  );
}
