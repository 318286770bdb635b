"use client";

import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryStates } from "nuqs";
import { Button } from "#components/ui/button.tsx";
import { DropdownMenu, MenuRadioGroup, MenuRadioItem } from "#components/ui/dropdown-menu.tsx";

const all = "all";

/** Narrows a list to one site, in the address as `?site=`. A menu and not a select: every page has menus loaded. */
export function SiteFilter({ sites }: { sites: { id: string; name: string }[] }) {
  const t = useTranslations("campaigns.list");
  const [{ site }, setAddress] = useQueryStates(
    { site: parseAsString, cursor: parseAsString, trail: parseAsString },
    { shallow: false, history: "replace" },
  );
  const chosen = sites.find(({ id }) => id === site);
  return (
    <DropdownMenu
      trigger={
        <Button className="max-w-56" aria-label={`${t("site")}: ${chosen?.name ?? t("allSites")}`}>
          <span className="truncate">{chosen?.name ?? t("allSites")}</span>
          <ChevronDown aria-hidden="true" className="size-3.5 text-subtle-foreground" />
        </Button>
      }
    >
      <MenuRadioGroup
        value={chosen?.id ?? all}
        onValueChange={(value) => setAddress({ site: value === all ? null : value, cursor: null, trail: null })}
      >
        <MenuRadioItem value={all}>{t("allSites")}</MenuRadioItem>
        {sites.map(({ id, name }) => (
          <MenuRadioItem key={id} value={id}>
            {name}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </DropdownMenu>
  );
}
