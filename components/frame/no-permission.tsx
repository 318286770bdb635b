import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** In place of a page that the person's role may not see: says who can. */
export function NoPermission() {
  const t = useTranslations("errors.noPermission");
  return (
    <EmptyState wholePage icon={<Lock />} title={t("title")}>
      {t("text")}
    </EmptyState>
  );
}
