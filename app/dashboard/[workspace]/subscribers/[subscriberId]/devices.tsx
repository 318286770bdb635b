import { Laptop, Smartphone, Tablet } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type subscribers from "#lib/i18n/messages/en/subscribers.json";
import type { Site } from "#lib/sites/schema.ts";
import type { Subscription } from "#lib/subscribers/schema.ts";

type Reason = keyof typeof subscribers.reasons;

/** Why a device gets nothing any more; every code has its words under `subscribers.reasons`. */
const reasons: Record<Reason, true> = {
  gone: true,
  unsubscribed: true,
  deleted: true,
  replaced: true,
  bad_request: true,
  invalid_keys: true,
  invalid_endpoint: true,
  endpoint_not_allowed: true,
  unknown: true,
};

function reasonKey(code: string | null): Reason {
  const known = (text: string): text is Reason => Object.hasOwn(reasons, text);
  return code !== null && known(code) ? code : "unknown";
}

/** The devices of a person, newest first, with their state and why. */
export function Devices({ devices, sites, base }: { devices: Subscription[]; sites: Site[]; base: string }) {
  const t = useTranslations("subscribers");
  if (devices.length === 0) return <p className="p-4 text-pretty text-muted-foreground">{t("detail.noDevices")}</p>;
  return (
    <Table label={t("detail.devices")}>
      <TableHead>
        <tr>
          <TableHeader>{t("detail.columns.device")}</TableHeader>
          <TableHeader hideBelow="md">{t("detail.columns.site")}</TableHeader>
          <TableHeader>{t("detail.columns.status")}</TableHeader>
          <TableHeader grow hideBelow="sm">
            {t("detail.columns.why")}
          </TableHeader>
          <TableHeader hideBelow="sm">{t("detail.columns.seen")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {devices.map((device) => {
          const site = sites.find(({ id }) => id === device.siteId);
          const isNumber = device.channel === "whatsapp";
          const Icon =
            isNumber || device.deviceType === "mobile" ? Smartphone : device.deviceType === "tablet" ? Tablet : Laptop;
          return (
            <TableRow key={device.id}>
              <TableCell className="whitespace-nowrap">
                <span className="flex items-center gap-2">
                  <Icon className="size-4 shrink-0 text-subtle-foreground" aria-hidden="true" />
                  {isNumber
                    ? t("list.phoneOnly")
                    : device.browser && device.os
                      ? t("list.device", { browser: device.browser, os: device.os })
                      : (device.browser ?? t("list.unknownBrowser"))}
                  {device.isTest && <Badge>{t("detail.test")}</Badge>}
                </span>
              </TableCell>
              <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
                {site ? (
                  <Link href={`${base}/sites/${site.id}`} className="rounded-sm hover:text-foreground hover:underline">
                    {site.name}
                  </Link>
                ) : (
                  device.siteId && t("detail.siteGone")
                )}
              </TableCell>
              <TableCell>
                <StatusBadge status={device.status} />
                {device.status !== "active" && (
                  <span className="mt-0.5 block text-pretty text-muted-foreground sm:hidden">
                    {t(`reasons.${reasonKey(device.statusReason)}`)}
                  </span>
                )}
              </TableCell>
              <TableCell grow hideBelow="sm" className="text-muted-foreground">
                {device.status !== "active" && (
                  <span title={t(`reasons.${reasonKey(device.statusReason)}`)}>
                    {t(`reasons.${reasonKey(device.statusReason)}`)}
                  </span>
                )}
              </TableCell>
              <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
                <Time at={device.lastSeenAt} />
              </TableCell>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
