"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { DropdownMenu } from "./dropdown-menu.tsx";

/** The "…" at a row's end; `name` is what the row is about. Its children are `MenuItem`s. */
export function RowMenu({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations("ui.list");
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={t("rowActions", { name })}>
          <Ellipsis aria-hidden="true" />
        </Button>
      }
    >
      {children}
    </DropdownMenu>
  );
}
