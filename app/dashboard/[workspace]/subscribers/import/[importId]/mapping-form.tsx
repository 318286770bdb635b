"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.tsx";
import { type ImportField, importFields } from "#lib/imports/fields.ts";
import type { ImportMapping, ImportPreview } from "#lib/imports/schema.ts";
import { previewImportAction, startImportAction } from "../actions.ts";
import { MappingPreview } from "./mapping-preview.tsx";

const CountryChoice = dynamic(() => import("./country-choice.tsx").then((file) => file.CountryChoice), {
  loading: () => <Skeleton className="h-8" />,
});

const leaveOut = "-";
const ownFact = "attribute";

const groups: { key: "who" | "about" | "rules" | "push"; fields: readonly ImportField[] }[] = [
  { key: "who", fields: ["externalId", "name", "phone"] },
  { key: "about", fields: ["tags", "groups", "locale", "timezone", "country", "subscribedAt"] },
  { key: "rules", fields: ["consent"] },
  { key: "push", fields: ["endpoint", "p256dh", "auth", "vapidPublicKey", "browser", "os"] },
];

/** What each column becomes, with the first rows as they would be taken in, and the ways to try and to begin. */
export function MappingForm({
  workspaceId,
  found,
  initial,
  sites,
  mayChange,
}: {
  workspaceId: string;
  found: { id: string; columns: string[]; rows: number; isChecked: boolean };
  initial: ImportPreview;
  sites: { id: string; name: string }[];
  mayChange: boolean;
}) {
  const t = useTranslations("imports");
  const [mapping, setMapping] = useState<ImportMapping>(initial.mapping);
  const [preview, setPreview] = useState(initial);
  const [agreed, setAgreed] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [pending, startTransition] = useTransition();

  const targets = Object.values(mapping.columns);
  const tellsWho = ["externalId", "phone", "endpoint"].some((field) => targets.includes(field));
  const hasConsent = targets.includes("consent");
  const isLeft = (field: ImportField, column: string) => mapping.columns[column] === field || !targets.includes(field);

  const change = (changes: Partial<ImportMapping>) => {
    const next = { ...mapping, ...changes };
    setMapping(next);
    setProblem(undefined);
    startTransition(async () => {
      const result = await previewImportAction(workspaceId, { id: found.id, mapping: next });
      if (result.ok) setPreview(result.data);
      else setProblem(result.message);
    });
  };
  const choose = (column: string, value: string) => {
    const { [column]: _, ...others } = mapping.columns;
    const target = value === ownFact ? `attribute.${attributeKey(column)}` : value;
    change({ columns: value === leaveOut ? others : { ...others, [column]: target } });
  };
  const start = (dryRun: boolean) =>
    startTransition(async () => {
      const result = await startImportAction(workspaceId, { id: found.id, mapping, dryRun });
      if (result.ok) return;
      setProblem(result.message);
      toast.error(t("mapping.failed"));
    });

  return (
    <>
      <Card title={t("mapping.title")} description={t("mapping.text", { rows: found.rows })}>
        <fieldset disabled={!mayChange} className="grid gap-5">
          {!tellsWho && (
            <Callout tone="warning" title={t("mapping.nobody")}>
              {t("mapping.nobodyText")}
            </Callout>
          )}
          <ul className="grid gap-x-8 gap-y-3 lg:grid-cols-2">
            {found.columns.map((column) => {
              const target = mapping.columns[column];
              return (
                <li key={column} className="grid grid-cols-2 items-center gap-3">
                  <span className="truncate font-medium" title={column}>
                    {column}
                  </span>
                  <Select
                    aria-label={t("mapping.becomes", { column })}
                    value={target === undefined ? leaveOut : target.startsWith("attribute.") ? ownFact : target}
                    onValueChange={(value) => choose(column, value)}
                    disabled={!mayChange}
                    options={[
                      { value: leaveOut, label: t("mapping.leaveOut") },
                      ...(attributeKey(column)
                        ? [
                            {
                              value: ownFact,
                              label: t("mapping.attribute", {
                                key:
                                  target?.replace("attribute.", "") === target || !target
                                    ? attributeKey(column)
                                    : target.replace("attribute.", ""),
                              }),
                            },
                          ]
                        : []),
                      ...groups
                        .map(({ key, fields }) => ({
                          label: t(`groups.${key}`),
                          options: fields
                            .filter((field) => importFields.includes(field) && isLeft(field, column))
                            .map((field) => ({ value: field, label: t(`fields.${field}`) })),
                        }))
                        .filter(({ options }) => options.length > 0),
                    ]}
                  />
                </li>
              );
            })}
          </ul>
          <div className="grid gap-4 border-t border-border pt-4 sm:grid-cols-2 lg:grid-cols-3">
            <Field label={t("mapping.tags")} hint={t("mapping.tagsHint")}>
              <Input
                defaultValue={mapping.tags.join(", ")}
                onBlur={(event) => change({ tags: listOf(event.target.value) })}
              />
            </Field>
            {targets.includes("phone") && (
              <Field label={t("mapping.country")} hint={t("mapping.countryHint")}>
                <CountryChoice
                  country={mapping.defaultCountry}
                  onChange={(defaultCountry) => change({ defaultCountry })}
                />
              </Field>
            )}
            {targets.includes("endpoint") && (
              <Field label={t("mapping.site")} hint={t("mapping.siteHint")}>
                <Select
                  value={mapping.siteId ?? ""}
                  placeholder={t("mapping.chooseSite")}
                  onValueChange={(siteId) => change({ siteId })}
                  options={sites.map(({ id, name }) => ({ value: id, label: name }))}
                />
              </Field>
            )}
          </div>
        </fieldset>
      </Card>
      {tellsWho && <MappingPreview columns={found.columns} preview={preview} isStale={pending} />}
      {mayChange && (
        <Card>
          <div className="grid gap-4">
            {problem && <Callout tone="danger">{problem}</Callout>}
            {!hasConsent && (
              <Checkbox
                checked={agreed}
                onCheckedChange={(value) => setAgreed(value === true)}
                label={t("mapping.agreed")}
              />
            )}
            <div className="flex flex-wrap gap-2">
              <Button
                variant="primary"
                disabled={!tellsWho || (!hasConsent && !agreed)}
                pending={pending}
                onClick={() => start(false)}
              >
                {t("mapping.start", { rows: found.rows })}
              </Button>
              <Button disabled={pending || !tellsWho} onClick={() => start(true)}>
                {t(found.isChecked ? "mapping.tryAgain" : "mapping.try")}
              </Button>
            </div>
            <p className="text-sm text-muted-foreground">{t("mapping.tryText")}</p>
          </div>
        </Card>
      )}
    </>
  );
}

function listOf(text: string): string[] {
  return [...new Set(text.split(",").map((item) => item.trim()))].filter(Boolean);
}

/** A column's name as the key of an attribute: a letter, then letters, digits or _. */
function attributeKey(column: string): string {
  const key = column
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "");
  return key.slice(0, 64);
}
