"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function SegmentNotFound() {
  const t = useTranslations("segments.notFound");
  return <AreaNotFound area="segments" title={t("title")} text={t("text")} action={t("action")} />;
}
