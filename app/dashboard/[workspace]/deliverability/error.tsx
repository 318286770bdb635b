"use client";

import { useTranslations } from "next-intl";
import { AreaError } from "#components/frame/area-error.tsx";

export default function DeliverabilityError(props: { error: unknown; retry: () => void }) {
  return <AreaError {...props}>{useTranslations("deliverability")("error")}</AreaError>;
}
