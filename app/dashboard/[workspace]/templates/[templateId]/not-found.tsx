"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function TemplateNotFound() {
  const t = useTranslations("templates.notFound");
  return <AreaNotFound area="templates" title={t("title")} text={t("text")} action={t("action")} />;
}
