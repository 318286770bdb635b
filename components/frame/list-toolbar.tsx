"use client";

import { Columns3, Download, ListFilter as FilterIcon, Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { debounce, parseAsArrayOf, parseAsString, useQueryStates } from "nuqs";
import { type ReactNode, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { DropdownMenu, MenuCheckboxItem, MenuLabel, MenuSub } from "#components/ui/dropdown-menu.tsx";
import { Input } from "#components/ui/input.tsx";
import { Spinner } from "#components/ui/spinner.tsx";

export type ListFilter = {
  key: string;
  label: string;
  options: { value: string; label: string }[];
  /** One value at a time: choosing another replaces it. */
  single?: boolean;
};

export type ListColumn = { key: string; label: string };

const searchDelayMs = 250;

/**
 * Above every list: search (`?q=`), filters as chips (`?<key>=a,b`), column choice (`?hide=x,y`) and export, all of it in the
 * address, so that a link, a reload and the back button keep it. The page reads the same parameters on the server. Any change
 * drops `cursor`: the place in another list means nothing in this one.
 */
export function ListToolbar({
  searchLabel,
  filters = [],
  columns = [],
  exportHref,
  children,
}: {
  /** Names the search box: "Search campaigns". Without it there is none. */
  searchLabel?: string;
  filters?: ListFilter[];
  columns?: ListColumn[];
  exportHref?: string;
  /** More controls at the end. */
  children?: ReactNode;
}) {
  const t = useTranslations("ui.list");
  const [pending, startTransition] = useTransition();
  const list = parseAsArrayOf(parseAsString).withDefault([]);
  const [address, setAddress] = useQueryStates(
    {
      q: parseAsString.withDefault(""),
      cursor: parseAsString,
      hide: list,
      ...Object.fromEntries(filters.map((filter) => [filter.key, list])),
    },
    { shallow: false, history: "replace", startTransition },
  );
  const values = (key: string): string[] => {
    const value: unknown = address[key as keyof typeof address];
    return Array.isArray(value) ? value : [];
  };
  const change = (key: string, next: string[]) => setAddress({ [key]: next.length > 0 ? next : null, cursor: null });
  const toggle = (key: string, value: string) => {
    if (values(key).includes(value)) {
      change(
        key,
        values(key).filter((one) => one !== value),
      );
      return;
    }
    const isSingle = filters.find((filter) => filter.key === key)?.single;
    change(key, isSingle ? [value] : [...values(key), value]);
  };
  const active = filters.filter((filter) => values(filter.key).length > 0);

  return (
    <div className="mb-3 grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {searchLabel && (
          <div className="w-full sm:w-64">
            <Input
              type="search"
              data-list-search=""
              value={address.q}
              onChange={(event) =>
                setAddress(
                  { q: event.target.value || null, cursor: null },
                  { limitUrlUpdates: event.target.value ? debounce(searchDelayMs) : undefined },
                )
              }
              aria-label={searchLabel}
              placeholder={searchLabel}
              prefix={<Search aria-hidden="true" />}
              suffix={pending ? <Spinner className="me-1" /> : undefined}
              className="[&::-webkit-search-cancel-button]:hidden"
            />
          </div>
        )}
        {filters.length > 0 && (
          <DropdownMenu
            align="start"
            trigger={
              <Button variant="ghost">
                <FilterIcon aria-hidden="true" />
                {t("filter")}
              </Button>
            }
          >
            {filters.length === 1 && filters[0] ? (
              <>
                <MenuLabel>{filters[0].label}</MenuLabel>
                <Options filter={filters[0]} chosen={values(filters[0].key)} toggle={toggle} />
              </>
            ) : (
              filters.map((filter) => (
                <MenuSub key={filter.key} label={filter.label}>
                  <Options filter={filter} chosen={values(filter.key)} toggle={toggle} />
                </MenuSub>
              ))
            )}
          </DropdownMenu>
        )}
        <div className="ms-auto flex items-center gap-2">
          {columns.length > 0 && (
            <DropdownMenu
              trigger={
                <Button variant="ghost" className="max-sm:hidden">
                  <Columns3 aria-hidden="true" />
                  {t("columns")}
                </Button>
              }
            >
              <MenuLabel>{t("columnsHint")}</MenuLabel>
              {columns.map((column) => (
                <MenuCheckboxItem
                  key={column.key}
                  checked={!values("hide").includes(column.key)}
                  onCheckedChange={() => toggle("hide", column.key)}
                >
                  {column.label}
                </MenuCheckboxItem>
              ))}
            </DropdownMenu>
          )}
          {exportHref && (
            <Button variant="ghost" asChild>
              <a href={exportHref} download>
                <Download aria-hidden="true" />
                {t("export")}
              </a>
            </Button>
          )}
          {children}
        </div>
      </div>
      {active.length > 0 && (
        <div className="flex flex-wrap items-center gap-1.5">
          {active.map((filter) => (
            <Chip
              key={filter.key}
              label={filter.label}
              value={values(filter.key)
                .map((value) => filter.options.find((option) => option.value === value)?.label ?? value)
                .join(", ")}
              onRemove={() => change(filter.key, [])}
            />
          ))}
          <Button
            variant="link"
            size="sm"
            className="ms-1"
            onClick={() =>
              setAddress({ ...Object.fromEntries(filters.map((filter) => [filter.key, null])), cursor: null })
            }
          >
            {t("clearAll")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Options({
  filter,
  chosen,
  toggle,
}: {
  filter: ListFilter;
  chosen: string[];
  toggle: (key: string, value: string) => void;
}) {
  return filter.options.map((option) => (
    <MenuCheckboxItem
      key={option.value}
      checked={chosen.includes(option.value)}
      onCheckedChange={() => toggle(filter.key, option.value)}
    >
      {option.label}
    </MenuCheckboxItem>
  ));
}

function Chip({ label, value, onRemove }: { label: string; value: string; onRemove: () => void }) {
  const t = useTranslations("ui.list");
  return (
    <span className="inline-flex h-7 max-w-full items-center rounded-md border border-border bg-muted ps-2.5 text-sm">
      <span className="truncate">
        <span className="text-muted-foreground">{label}:</span> <span className="font-medium">{value}</span>
      </span>
      <button
        type="button"
        onClick={onRemove}
        aria-label={t("removeFilter", { name: label })}
        className="ms-1 grid size-7 shrink-0 place-items-center rounded-md text-subtle-foreground hover:text-foreground focus-visible:-outline-offset-2"
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </span>
  );
}
