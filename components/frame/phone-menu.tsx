"use client";

import { useTranslations } from "next-intl";
import { Sheet } from "#components/ui/sheet.tsx";
import { Rail, type RailProps } from "./rail.tsx";

/** The rail as a sheet, for screens that have no room beside the page. Loaded when first opened. */
export function PhoneMenu({
  onClose,
  ...rail
}: Omit<RailProps, "collapsed" | "onToggle" | "onNavigate"> & { onClose: () => void }) {
  const t = useTranslations("frame");
  return (
    <Sheet
      side="start"
      title={t("mainMenu")}
      hideTitle
      open
      onOpenChange={(open) => !open && onClose()}
      className="w-66 bg-canvas"
    >
      <Rail {...rail} collapsed={false} onNavigate={onClose} />
    </Sheet>
  );
}
