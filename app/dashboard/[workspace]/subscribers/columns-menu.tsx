"use client";

import { ArrowDown, ArrowUp, Columns3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { toast } from "#components/ui/toast.tsx";
import { maxColumns, plainColumns, type SubscriberColumn } from "#lib/subscribers/columns.ts";
import { useColumnLabel } from "./use-column-label.ts";
import { chooseColumnsAction } from "./view-actions.ts";

/** Which columns the list shows and in which order; kept in the address and remembered for whoever chose. */
export function ColumnsMenu({
  workspaceId,
  columns,
  attributes,
}: {
  workspaceId: string;
  columns: SubscriberColumn[];
  /** Columns of attributes that people in the list have. */
  attributes: SubscriberColumn[];
}) {
  const t = useTranslations("subscribers.columns");
  const labelOf = useColumnLabel();
  const [pending, startTransition] = useTransition();
  const [, setCols] = useQueryState(
    "cols",
    parseAsString.withOptions({ shallow: false, history: "replace", startTransition }),
  );
  const choose = (next: SubscriberColumn[] | null) => {
    void setCols(next && next.length > 0 ? next.join(",") : null);
    startTransition(async () => {
      const result = await chooseColumnsAction(workspaceId, { area: "subscribers", columns: next });
      if (!result.ok) toast.error(t("failed"), { description: result.message });
    });
  };
  const others = [...plainColumns, ...attributes].filter((column) => !columns.includes(column));
  const move = (index: number, by: -1 | 1) => {
    const next = [...columns];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(index + by, 0, moved);
    choose(next);
  };
  return (
    <Popover
      label={t("title")}
      trigger={
        <Button variant="ghost">
          <Columns3 aria-hidden="true" />
          {t("open")}
        </Button>
      }
    >
      <ul className="grid max-h-96 gap-0.5 overflow-y-auto" aria-label={t("title")} aria-busy={pending}>
        {columns.map((column, index) => (
          <li key={column} className="flex min-h-8 items-center gap-1">
            <Checkbox
              checked
              disabled={columns.length === 1}
              onCheckedChange={() => choose(columns.filter((each) => each !== column))}
              label={labelOf(column)}
            />
            <span className="ms-auto" />
            <Button
              variant="ghost"
              size="icon"
              aria-label={t("up", { column: labelOf(column) })}
              disabled={index === 0}
              onClick={() => move(index, -1)}
            >
              <ArrowUp aria-hidden="true" />
            </Button>
            <Button
              variant="ghost"
              size="icon"
              aria-label={t("down", { column: labelOf(column) })}
              disabled={index === columns.length - 1}
              onClick={() => move(index, 1)}
            >
              <ArrowDown aria-hidden="true" />
            </Button>
          </li>
        ))}
        {others.map((column) => (
          <li key={column} className="flex min-h-8 items-center">
            <Checkbox
              checked={false}
              disabled={columns.length >= maxColumns}
              onCheckedChange={() => choose([...columns, column])}
              label={labelOf(column)}
            />
          </li>
        ))}
      </ul>
      <Button className="mt-2 w-full" onClick={() => choose(null)}>
        {t("usual")}
      </Button>
    </Popover>
  );
}
