"use client";

import { ChevronDown, Upload } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";

/** The ways in and out of the list as a whole. */
export function ImportExport({
  workspaceId,
  path,
  narrowing,
  mayImport,
  mayExportKeys,
}: {
  workspaceId: string;
  path: string;
  /** What the list shows now, when that is not everybody. */
  narrowing: Record<string, string> | undefined;
  mayImport: boolean;
  mayExportKeys: boolean;
}) {
  const t = useTranslations("imports");
  return (
    <>
      <DropdownMenu
        trigger={
          <Button>
            {t("export.open")}
            <ChevronDown aria-hidden="true" />
          </Button>
        }
      >
        {narrowing && (
          <MenuItem asChild>
            <a href={`/api/v1/subscribers/export?${new URLSearchParams({ workspaceId, ...narrowing })}`} download>
              {t("export.shown")}
            </a>
          </MenuItem>
        )}
        <MenuItem asChild>
          <a href={`/api/v1/subscribers/export?workspaceId=${workspaceId}`} download>
            {t("export.people")}
          </a>
        </MenuItem>
        {mayExportKeys && (
          <MenuItem asChild>
            <a href={`/api/v1/subscribers/devices/export?workspaceId=${workspaceId}`} download>
              {t("export.devices")}
            </a>
          </MenuItem>
        )}
      </DropdownMenu>
      {mayImport && (
        <Button asChild>
          <Link href={`${path}/import`}>
            <Upload aria-hidden="true" />
            {t("open")}
          </Link>
        </Button>
      )}
    </>
  );
}
