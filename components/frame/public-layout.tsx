import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

/** A page for people outside the team (preferences, unsubscribe): one narrow column under the site's own name. */
export function PublicLayout({ brand, children }: { brand?: ReactNode; children: ReactNode }) {
  const t = useTranslations("frame.public");
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <main className="mx-auto w-full max-w-form flex-1 px-4 py-10 sm:py-16">
        {brand && <div className="mb-6 text-lg font-semibold">{brand}</div>}
        <div className="rounded-lg border border-border bg-card p-5 sm:p-8">{children}</div>
      </main>
      <footer className="flex items-center justify-center gap-2 pb-8 text-sm text-subtle-foreground">
        {t("footer")}
      </footer>
    </div>
  );
}
