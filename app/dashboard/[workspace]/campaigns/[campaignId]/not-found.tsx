"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function CampaignNotFound() {
  const t = useTranslations("campaigns.notFound");
  return <AreaNotFound area="campaigns" title={t("title")} text={t("text")} action={t("action")} />;
}
