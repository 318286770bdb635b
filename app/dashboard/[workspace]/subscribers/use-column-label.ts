import { useTranslations } from "next-intl";
import { isPlainColumn, type SubscriberColumn } from "#lib/subscribers/columns.ts";

/** How a column is headed; attributes by their own names. */
export function useColumnLabel(): (column: SubscriberColumn) => string {
  const t = useTranslations("subscribers.columns.names");
  return (column) => (isPlainColumn(column) ? t(column) : column.replace(/^attributes\./, ""));
}
