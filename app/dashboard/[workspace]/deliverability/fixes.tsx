import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Health } from "#lib/analytics/health-schema.ts";

/** Where to mend what cannot mend itself. */
const targets: Partial<Record<Health["fixes"][number]["code"], "settings" | "install">> = {
  site_stopped: "settings",
  many_unshown: "install",
  grants_without_device: "install",
  former_key_in_use: "settings",
};

/** What is worth mending, worst first, each with the way there. */
export function Fixes({ fixes, sitePath }: { fixes: Health["fixes"]; sitePath: string }) {
  const t = useTranslations("deliverability");
  return (
    <Card title={t("fixes")} flush={fixes.length > 0}>
      {fixes.length === 0 ? (
        <p className="text-muted-foreground">{t("nothing")}</p>
      ) : (
        <ul>
          {fixes.map(({ code, subject, count }) => {
            const target = targets[code];
            const shown = code === "many_unshown" && subject === "" ? t("unknownBrowser") : subject;
            return (
              <li
                key={`${code} ${subject}`}
                className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-border px-4 py-3 last:border-b-0"
              >
                <div className="min-w-0 flex-1 basis-64">
                  <p className="font-medium wrap-anywhere">{t(`fix.${code}`, { subject: shown, count })}</p>
                  <p className="text-sm text-pretty text-muted-foreground">
                    {t(`fix.${code}_text`, { subject: shown, count })}
                  </p>
                </div>
                {target && (
                  <Button asChild size="sm">
                    <Link href={`${sitePath}/${target}`}>
                      {t(target === "install" ? "checkInstall" : "seeSettings")}
                    </Link>
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
