"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import type { Permission } from "#lib/auth/permissions.ts";

type Area = Permission extends infer P ? (P extends `${infer A}:${string}` ? A : never) : never;
type Verb = Permission extends infer P ? (P extends `${string}:${infer V}` ? V : never) : never;

const presets: Record<"read" | "send" | "all" | "none", (scope: Permission) => boolean> = {
  read: (scope) => scope.endsWith(":read"),
  send: (scope) =>
    /^(sites|subscribers|templates|campaigns|analytics):(read|send)$|^(subscribers|campaigns):write$/.test(scope),
  all: () => true,
  none: () => false,
};

/** Reading stands below reading; what few areas have shares the columns after writing. */
const columns: Record<Verb, string> = {
  read: "sm:col-start-2",
  write: "col-start-2 sm:col-start-3",
  send: "col-start-3 sm:col-start-4",
  export: "col-start-3 sm:col-start-4",
  members: "col-start-3 sm:col-start-4",
  approve: "col-start-3 sm:col-start-5",
};

/** A permission is always `<area>:<verb>`. */
function verbOf(scope: Permission): Verb {
  return scope.slice(scope.indexOf(":") + 1) as Verb;
}

/** What a key may do, an area a line. Only what its maker may do is offered. */
export function ScopePicker({
  offered,
  chosen,
  onChange,
  error,
}: {
  offered: readonly Permission[];
  chosen: ReadonlySet<Permission>;
  onChange: (chosen: ReadonlySet<Permission>) => void;
  error: string[] | undefined;
}) {
  const t = useTranslations("developers");
  const areas = Map.groupBy(offered, (scope) => scope.split(":")[0] as Area);
  const toggle = (scope: Permission, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(scope);
    else next.delete(scope);
    onChange(next);
  };
  return (
    <fieldset className="grid gap-2" data-invalid={error ? "" : undefined} tabIndex={-1}>
      <legend className="mb-1.5 font-medium">{t("scopes")}</legend>
      <div className="flex flex-wrap gap-1.5">
        {(["read", "send", "all", "none"] as const).map((preset) => (
          <Button key={preset} size="sm" onClick={() => onChange(new Set(offered.filter(presets[preset])))}>
            {t(`presets.${preset}`)}
          </Button>
        ))}
      </div>
      <div className="divide-y divide-border rounded-md border border-border">
        {[...areas].map(([area, scopes]) => (
          <div
            key={area}
            className="grid grid-cols-3 items-center gap-y-1.5 px-3 py-2 sm:grid-cols-[1fr_repeat(4,--spacing(20))]"
          >
            <span className="max-sm:col-span-3">{t(`areas.${area}`)}</span>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                className={columns[verbOf(scope)]}
                checked={chosen.has(scope)}
                onCheckedChange={(isOn) => toggle(scope, isOn)}
                label={
                  <span className="font-normal">
                    <span className="sr-only">{t(`areas.${area}`)}: </span>
                    {t(`actions.${verbOf(scope)}`)}
                  </span>
                }
              />
            ))}
          </div>
        ))}
      </div>
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
