"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function FeedNotFound() {
  const t = useTranslations("feeds.notFound");
  return <AreaNotFound area="feeds" title={t("title")} text={t("text")} action={t("action")} />;
}
