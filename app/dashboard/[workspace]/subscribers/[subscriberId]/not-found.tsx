"use client";

import { useTranslations } from "next-intl";
import { AreaNotFound } from "#components/frame/area-not-found.tsx";

export default function SubscriberNotFound() {
  const t = useTranslations("subscribers.notFound");
  return <AreaNotFound area="subscribers" title={t("title")} text={t("text")} action={t("action")} />;
}
