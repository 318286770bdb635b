import { useTranslations } from "next-intl";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { Firing, Severity } from "#lib/campaigns/drip-schema.ts";

const tones: Record<Firing["outcome"], Tone> = {
  fired: "success",
  cooldown: "neutral",
  condition: "neutral",
  too_old: "warning",
  failed: "danger",
};

/** What came of an event, in a word. */
export function OutcomeBadge({ outcome }: { outcome: Firing["outcome"] }) {
  const t = useTranslations("campaigns.drip");
  return <Badge tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Badge>;
}

const severityTones: Record<Severity, Tone> = { info: "info", warning: "warning", critical: "danger" };

export function SeverityBadge({ severity }: { severity: Severity | null }) {
  const t = useTranslations("campaigns.drip");
  return severity && <Badge tone={severityTones[severity]}>{t(`severities.${severity}`)}</Badge>;
}
