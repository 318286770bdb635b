"use client";

import { useTranslations } from "next-intl";
import { parseAsString, useQueryStates } from "nuqs";
import { Select } from "#components/ui/select.tsx";

const all = "all";

/** Narrows a list to one site, in the address as `?site=`. */
export function SiteFilter({ sites }: { sites: { id: string; name: string }[] }) {
  const t = useTranslations("campaigns.list");
  const [{ site }, setAddress] = useQueryStates(
    { site: parseAsString, cursor: parseAsString, trail: parseAsString },
    { shallow: false, history: "replace" },
  );
  return (
    <Select
      aria-label={t("site")}
      value={site ?? all}
      onValueChange={(value) => setAddress({ site: value === all ? null : value, cursor: null, trail: null })}
      options={[{ value: all, label: t("allSites") }, ...sites.map(({ id, name }) => ({ value: id, label: name }))]}
      className="w-44"
    />
  );
}
