"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { type ConditionRow, operatorsFor, rowFault } from "./triggered-draft.ts";

/** What an event must say, and who its subject must be: lines of which all must hold. */
export function ConditionField({
  rows,
  onChange,
  onLeave,
  properties,
  error,
}: {
  rows: ConditionRow[];
  onChange: (rows: ConditionRow[]) => void;
  onLeave: () => void;
  /** Of the newest event of that name. */
  properties: readonly string[];
  error: string[] | undefined;
}) {
  const t = useTranslations("campaigns.drip");
  const listId = useId();
  const errorId = useId();
  const change = (id: string, part: Partial<ConditionRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const add = () =>
    onChange([
      ...rows,
      { id: crypto.randomUUID(), field: `property.${properties[0] ?? "total"}`, op: "eq", value: "" },
    ]);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t("condition")}</legend>
      {rows.length === 0 && <p className="text-sm text-muted-foreground">{t("conditionNone")}</p>}
      {rows.map((row, index) => {
        const number = index + 1;
        const operators = operatorsFor(row.field);
        const fault = error && rowFault(row);
        return (
          <div key={row.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-1.5 rounded-md border border-border p-2">
            <Input
              list={listId}
              dir="ltr"
              spellCheck={false}
              autoCapitalize="none"
              className="font-mono text-sm"
              aria-label={t("conditionField", { number })}
              aria-invalid={fault === "field"}
              aria-describedby={fault ? errorId : undefined}
              value={row.field}
              onChange={(event) => change(row.id, { field: event.target.value })}
              onBlur={onLeave}
            />
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={t("conditionRemove", { number })}
              onClick={() => onChange(rows.filter((each) => each.id !== row.id))}
            >
              <X aria-hidden="true" />
            </Button>
            <div className="col-span-2 flex gap-1.5">
              <Select
                aria-label={t("conditionOperator", { number })}
                className="min-w-32"
                value={row.op}
                onValueChange={(op) => change(row.id, { op })}
                options={operators.map((op) => ({ value: op, label: t(`operators.${op}`) }))}
              />
              {row.op !== "exists" && (
                <Input
                  aria-label={t("conditionValue", { number })}
                  aria-invalid={fault === "value"}
                  aria-describedby={fault ? errorId : undefined}
                  value={row.value}
                  onChange={(event) => change(row.id, { value: event.target.value })}
                  onBlur={onLeave}
                />
              )}
            </div>
          </div>
        );
      })}
      <datalist id={listId}>
        {[...properties.map((key) => `property.${key}`), "tag", "country", "locale", "browser", "attribute.plan"].map(
          (field) => (
            <option key={field} value={field} />
          ),
        )}
      </datalist>
      {error && (
        <p id={errorId} role="alert" className="text-sm text-danger">
          {error.join(" ")}
        </p>
      )}
      <Button size="sm" className="justify-self-start" onClick={add}>
        <Plus aria-hidden="true" />
        {t("conditionAdd")}
      </Button>
    </fieldset>
  );
}
