"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function SiteNotFound() {
  const t = useTranslations("sites.notFound");
  return <AreaNotFound area="sites" title={t("title")} text={t("text")} action={t("action")} />;
}
