"use client";

import { useTranslations } from "next-intl";
import { toast } from "./toast.tsx";

/**
 * For parts of a page whose code comes late, by `load`: `prepare` fetches it before it is wanted, in silence; `bring` when
 * it is, and tells the person where it could not be had – no network, or a newer version – instead of doing nothing.
 */
export function useLate(load: () => Promise<void>): { prepare: () => void; bring: () => Promise<boolean> } {
  const t = useTranslations("ui");
  const prepare = () => void load().catch(() => {});
  const bring = () =>
    load().then(
      () => true,
      () => {
        toast.error(t("notLoaded"));
        return false;
      },
    );
  return { prepare, bring };
}
