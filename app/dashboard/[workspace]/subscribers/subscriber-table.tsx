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
import type { SubscriberColumn } from "#lib/subscribers/columns.ts";
import type { Subscriber } from "#lib/subscribers/schema.ts";
import { SubscriberMenu } from "./subscriber-menu.tsx";
import { mainDevice, shortId } from "./subscriber-name.ts";
import { useColumnLabel } from "./use-column-label.ts";

const maxTagsShown = 2;

/** People with their devices and tags; deleted ones can be restored and not opened. */
export function SubscriberTable({
  subscribers,
  columns,
  workspaceId,
  path,
  isDeleted,
  mayChange,
}: {
  subscribers: Subscriber[];
  /** After the name, in this order. */
  columns: SubscriberColumn[];
  workspaceId: string;
  /** The list's own address. */
  path: string;
  isDeleted: boolean;
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers");
  const labelOf = useColumnLabel();
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
            {columns.map((column) => (
              <TableHeader key={column} numeric={column === "devices"} hideBelow={hideBelow(column)}>
                {labelOf(column)}
              </TableHeader>
            ))}
            <TableActionsHeader />
          </tr>
        </TableHead>
        <TableBody>
          {subscribers.map((subscriber) => {
            const { id, name, isActive } = subscriber;
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
                    <bdi className="font-medium text-muted-foreground">{label}</bdi>
                  ) : (
                    <RowLink href={`${path}/${id}`} className={name ? "" : "text-muted-foreground"}>
                      <bdi>{label}</bdi>
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
                {columns.map((column) => (
                  <TableCell
                    key={column}
                    numeric={column === "devices"}
                    hideBelow={hideBelow(column)}
                    className="max-w-60 truncate whitespace-nowrap text-muted-foreground"
                  >
                    <Value column={column} subscriber={subscriber} path={path} />
                  </TableCell>
                ))}
                <TableActions>
                  {mayChange && (
                    <SubscriberMenu
                      workspaceId={workspaceId}
                      path={path}
                      subscriber={{ id, label, devices: activeDevices(subscriber) }}
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

/** Below this width a column gives way; when somebody was last seen never does. */
function hideBelow(column: SubscriberColumn): "sm" | "md" | "lg" | undefined {
  if (column === "lastSeenAt") return undefined;
  if (column === "devices") return "sm";
  return column === "browser" ? "md" : "lg";
}

function activeDevices({ subscriptions }: Subscriber): number {
  return subscriptions.filter(({ isTest, channel, status }) => !isTest && channel !== "whatsapp" && status === "active")
    .length;
}

function Value({ column, subscriber, path }: { column: SubscriberColumn; subscriber: Subscriber; path: string }) {
  const locale = useLocale();
  const t = useTranslations("subscribers.detail");
  switch (column) {
    case "devices":
      return formatNumber(activeDevices(subscriber), locale);
    case "browser":
      return <MainDevice subscriber={subscriber} />;
    case "tags":
      return <Tags tags={subscriber.tags} path={path} />;
    case "lastSeenAt":
    case "createdAt":
      return (
        <span className="relative z-1">
          <Time at={subscriber[column]} />
        </span>
      );
    case "externalId":
    case "locale":
    case "timezone":
    case "country":
      return subscriber[column]?.replaceAll("_", " ");
    default: {
      const value = subscriber.attributes[column.replace(/^attributes\./, "")];
      if (typeof value === "boolean") return t(value ? "yes" : "no");
      return typeof value === "number" ? formatNumber(value, locale) : value;
    }
  }
}

function Tags({ tags, path }: { tags: string[]; path: string }) {
  const t = useTranslations("subscribers.list");
  return (
    <span className="relative z-1 inline-flex gap-1">
      {tags.slice(0, maxTagsShown).map((tag) => (
        <Link key={tag} href={hrefWith(path, { tag })} aria-label={t("withTag", { tag })}>
          <Badge className="max-w-28 hover:text-foreground">{tag}</Badge>
        </Link>
      ))}
      {tags.length > maxTagsShown && (
        <span className="text-xs text-subtle-foreground" title={tags.join(", ")}>
          {t("more", { count: tags.length - maxTagsShown })}
        </span>
      )}
    </span>
  );
}

function MainDevice({ subscriber }: { subscriber: Subscriber }) {
  const t = useTranslations("subscribers.list");
  const device = mainDevice(subscriber);
  if (!device) return t("noDevice");
  if (device.channel === "whatsapp") return t("phoneOnly");
  if (!device.browser) return t("unknownBrowser");
  return device.os ? t("device", { browser: device.browser, os: device.os }) : device.browser;
}
