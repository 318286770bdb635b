import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import type { Import } from "#lib/imports/schema.ts";

const tones = {
  receiving: "neutral",
  ready: "info",
  checking: "info",
  checked: "info",
  running: "info",
  completed: "success",
  failed: "danger",
  cancelled: "neutral",
} as const;

/** Where an import stands, in a word. */
export function ImportState({ status }: { status: Import["status"] }) {
  return <Badge tone={tones[status]}>{useTranslations("imports.states")(status)}</Badge>;
}
