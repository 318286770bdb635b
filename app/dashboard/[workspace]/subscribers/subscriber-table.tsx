import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { hrefWith } from "#components/frame/page-links.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { SelectAll, SelectRow } from "#components/ui/selection.tsx";
import {
  RowLink,
  Table,
  TableActions,
  TableActionsHeader,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { formatNumber } from "#lib/format.ts";
import type { Subscriber } from "#lib/subscribers/schema.ts";
import { SubscriberMenu } from "./subscriber-menu.tsx";
import { mainDevice, shortId } from "./subscriber-name.ts";

const maxTagsShown = 2;

/** People with their devices and tags; deleted ones can be restored and not opened. */
export function SubscriberTable({
  subscribers,
  workspaceId,
  path,
  isDeleted,
  mayChange,
}: {
  subscribers: Subscriber[];
  workspaceId: string;
  /** The list's own address. */
  path: string;
  isDeleted: boolean;
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers");
  const locale = useLocale();
  const isSelectable = mayChange && !isDeleted;
  return (
    <Card flush>
      <Table label={t("list.label")}>
        <TableHead>
          <tr>
            {isSelectable && (
              <TableHeader className="w-8">
                <SelectAll />
              </TableHeader>
            )}
            <TableHeader grow>{t("list.name")}</TableHeader>
            <TableHeader numeric hideBelow="sm">
              {t("list.devices")}
            </TableHeader>
            <TableHeader hideBelow="md">{t("list.browser")}</TableHeader>
            <TableHeader hideBelow="lg">{t("list.tags")}</TableHeader>
            <TableHeader>{t("list.seen")}</TableHeader>
            <TableHeader hideBelow="lg">{t("list.subscribed")}</TableHeader>
            <TableActionsHeader />
          </tr>
        </TableHead>
        <TableBody>
          {subscribers.map((subscriber) => {
            const { id, name, tags, isActive, lastSeenAt, createdAt } = subscriber;
            const devices = subscriber.subscriptions.filter((device) => !device.isTest);
            const active = devices.filter((device) => device.status === "active").length;
            const label = name ?? t("anonymous");
            return (
              <TableRow key={id}>
                {isSelectable && (
                  <TableCell>
                    <SelectRow id={id} name={label} />
                  </TableCell>
                )}
                <TableCell grow>
                  {isDeleted ? (
                    <span className="font-medium text-muted-foreground">{label}</span>
                  ) : (
                    <RowLink href={`${path}/${id}`} className={name ? "" : "text-muted-foreground"}>
                      {label}
                    </RowLink>
                  )}
                  <span className="ms-2 font-mono text-xs text-subtle-foreground">
                    {subscriber.externalId ?? shortId(id)}
                  </span>
                  {!isActive && (
                    <Badge tone="warning" className="ms-2">
                      {t("list.optedOut")}
                    </Badge>
                  )}
                </TableCell>
                <TableCell numeric hideBelow="sm" className={active === 0 ? "text-subtle-foreground" : ""}>
                  {formatNumber(active, locale)}
                </TableCell>
                <TableCell hideBelow="md" className="whitespace-nowrap text-muted-foreground">
                  <MainDevice subscriber={subscriber} />
                </TableCell>
                <TableCell hideBelow="lg" className="whitespace-nowrap">
                  <span className="relative z-1 inline-flex gap-1">
                    {tags.slice(0, maxTagsShown).map((tag) => (
                      <Link key={tag} href={hrefWith(path, { tag })} aria-label={t("list.withTag", { tag })}>
                        <Badge className="max-w-28 hover:text-foreground">{tag}</Badge>
                      </Link>
                    ))}
                    {tags.length > maxTagsShown && (
                      <span className="text-xs text-subtle-foreground" title={tags.join(", ")}>
                        {t("list.more", { count: tags.length - maxTagsShown })}
                      </span>
                    )}
                  </span>
                </TableCell>
                <TableCell className="whitespace-nowrap text-muted-foreground">
                  <span className="relative z-1">
                    <Time at={lastSeenAt} />
                  </span>
                </TableCell>
                <TableCell hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                  <span className="relative z-1">
                    <Time at={createdAt} />
                  </span>
                </TableCell>
                <TableActions>
                  {mayChange && (
                    <SubscriberMenu
                      workspaceId={workspaceId}
                      path={path}
                      subscriber={{ id, label, devices: active }}
                      isDeleted={isDeleted}
                    />
                  )}
                </TableActions>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}

function MainDevice({ subscriber }: { subscriber: Subscriber }) {
  const t = useTranslations("subscribers.list");
  const device = mainDevice(subscriber);
  if (!device) return t("noDevice");
  if (!device.browser) return t("unknownBrowser");
  return device.os ? t("device", { browser: device.browser, os: device.os }) : device.browser;
}
