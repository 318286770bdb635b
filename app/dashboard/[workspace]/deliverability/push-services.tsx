import { useLocale, useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Health } from "#lib/analytics/health-schema.ts";
import { formatNumber } from "#lib/format.ts";
import { reasonKey } from "../campaigns/[campaignId]/(detail)/reasons.ts";

const tones = { ok: "success", slow: "warning", held: "warning", down: "danger", stopped: "danger" } as const;

/** Each push service with each key pair: what it took, what failed and why, and whether it is slowed or stopped now. */
export function Services({ services, keys }: Pick<Health, "services" | "keys">) {
  const t = useTranslations("deliverability");
  const reasons = useTranslations("campaigns.reasons");
  const locale = useLocale();
  const hasKeys = new Set(services.map(({ keyId }) => keyId)).size > 1;
  return (
    <Card title={t("services")} flush={services.length > 0}>
      {services.length === 0 ? (
        <p className="text-muted-foreground">{t("servicesEmpty")}</p>
      ) : (
        <Table label={t("services")}>
          <TableHead>
            <tr>
              <TableHeader grow>{t("columns.service")}</TableHeader>
              {hasKeys && <TableHeader hideBelow="md">{t("columns.key")}</TableHeader>}
              <TableHeader>{t("columns.state")}</TableHeader>
              <TableHeader numeric>{t("columns.accepted")}</TableHeader>
              <TableHeader numeric>{t("columns.failed")}</TableHeader>
              <TableHeader hideBelow="lg" className="min-w-72">
                {t("columns.why")}
              </TableHeader>
              <TableHeader hideBelow="md">{t("columns.last")}</TableHeader>
            </tr>
          </TableHead>
          <TableBody>
            {services.map((service) => (
              <TableRow key={`${service.keyId} ${service.origin}`}>
                <TableCell grow title={service.origin}>
                  {service.origin.replace("https://", "")}
                </TableCell>
                {hasKeys && (
                  <TableCell hideBelow="md" className="font-mono text-xs">
                    {keys.find(({ keyId }) => keyId === service.keyId)?.publicKey.slice(0, 8) ?? "–"}…
                    {service.isCurrentKey && ` (${t("currentKey")})`}
                  </TableCell>
                )}
                <TableCell>
                  <Badge tone={tones[service.state]}>{t(`states.${service.state}`)}</Badge>
                  <WayText service={service} />
                </TableCell>
                <TableCell numeric>{formatNumber(service.accepted, locale)}</TableCell>
                <TableCell numeric>{formatNumber(service.failed, locale)}</TableCell>
                <TableCell hideBelow="lg">
                  {service.failures
                    .slice(0, 2)
                    .map(
                      ({ reason, count }) =>
                        `${reasons(`${reasonKey(reason)}.title`)} (${formatNumber(count, locale)})`,
                    )
                    .join(", ") || "–"}
                </TableCell>
                <TableCell hideBelow="md">
                  {service.lastAcceptedAt ? <Time at={service.lastAcceptedAt.toISOString()} /> : "–"}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

/** Since or until when, beside the badge. */
function WayText({ service: { state, since, until, ratePerMinute } }: { service: Health["services"][number] }) {
  const t = useTranslations("deliverability.stateText");
  const at = state === "stopped" ? since : until;
  if (state === "ok" || !at) return null;
  return (
    <span className="ms-2 text-xs whitespace-nowrap text-muted-foreground">
      {t(state, { rate: ratePerMinute ?? 0 })} <Time at={at.toISOString()} />
    </span>
  );
}
