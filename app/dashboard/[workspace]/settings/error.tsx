"use client";

import { useTranslations } from "next-intl";
import { AreaError } from "#components/frame/area-error.tsx";

export default function SettingsError(props: { error: unknown; retry: () => void }) {
  return <AreaError {...props}>{useTranslations("settings.error")("text")}</AreaError>;
}
