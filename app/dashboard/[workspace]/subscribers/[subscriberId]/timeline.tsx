import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Timeline } from "#lib/subscribers/schema.ts";
import { reasonKey } from "../../campaigns/[campaignId]/(detail)/reasons.ts";

/** Consents, messages and events of a person as one story, newest first. */
export function TimelineCard({
  entries,
  campaignNames,
  base,
}: {
  entries: Timeline["data"];
  campaignNames: Map<string, string>;
  base: string;
}) {
  const t = useTranslations("subscribers.timeline");
  return (
    <Card title={t("title")} description={t("text")}>
      {entries.length === 0 ? (
        <p className="text-muted-foreground">{t("nothing")}</p>
      ) : (
        <ol className="grid gap-2.5 border-s border-border ps-4">
          {entries.map((entry, index) => (
            <li key={`${entry.kind}-${entry.at.getTime()}-${index}`} className="flex justify-between gap-4">
              <span className="min-w-0 break-words">
                <What entry={entry} campaignNames={campaignNames} base={base} />
              </span>
              <span className="shrink-0 text-muted-foreground">
                <Time at={entry.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

function What({
  entry,
  campaignNames,
  base,
}: {
  entry: Timeline["data"][number];
  campaignNames: Map<string, string>;
  base: string;
}) {
  const t = useTranslations("subscribers.timeline");
  const tStatus = useTranslations("ui.status");
  const tReason = useTranslations("campaigns.reasons");
  if (entry.kind === "consent") return t(entry.name === "withdrawn" ? "withdrawn" : "granted");
  if (entry.kind === "event") {
    const facts = Object.entries(entry.properties).slice(0, 4);
    return (
      <>
        {t("event", { name: entry.name ?? "" })}
        {facts.length > 0 && (
          <span className="ms-2 text-muted-foreground">
            {facts.map(([key, value]) => `${key}: ${value}`).join(", ")}
          </span>
        )}
      </>
    );
  }
  const status = messageStates.find((each) => each === entry.status) ?? "unknown";
  return (
    <>
      {entry.campaignId ? (
        <Link href={`${base}/campaigns/${entry.campaignId}`} className="rounded-sm font-medium hover:underline">
          {campaignNames.get(entry.campaignId) ?? t("campaign")}
        </Link>
      ) : (
        t("message")
      )}
      <span className="ms-2 text-muted-foreground">
        {tStatus(status)}
        {entry.reason && `: ${tReason(`${reasonKey(entry.reason)}.title`)}`}
      </span>
    </>
  );
}

const messageStates = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "clicked",
  "dismissed",
  "failed",
  "expired",
  "skipped",
  "cancelled",
  "unknown",
] as const;
