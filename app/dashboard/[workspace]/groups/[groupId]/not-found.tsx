"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function GroupNotFound() {
  const t = useTranslations("groups.notFound");
  return <AreaNotFound area="groups" title={t("title")} text={t("text")} action={t("action")} />;
}
