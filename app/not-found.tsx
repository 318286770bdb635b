import { Compass } from "lucide-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default async function NotFound() {
  const t = await getTranslations("errors.notFound");
  return (
    <main className="grid min-h-[70dvh] place-items-center">
      <EmptyState
        wholePage
        icon={<Compass />}
        title={t("title")}
        action={
          <Button variant="primary" asChild>
            <Link href="/">{t("home")}</Link>
          </Button>
        }
      >
        {t("text")}
      </EmptyState>
    </main>
  );
}
