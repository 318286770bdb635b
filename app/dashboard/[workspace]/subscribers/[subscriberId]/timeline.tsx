import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Timeline } from "#lib/subscribers/schema.ts";
import { reasonKey } from "../../campaigns/[campaignId]/(detail)/reasons.ts";

/** Consents, messages and events of a person as one story, newest first. */
export function TimelineCard({
  entries,
  campaignNames,
  base,
  newestHref,
  earlierHref,
}: {
  entries: Timeline["data"];
  campaignNames: Map<string, string>;
  base: string;
  /** Of a page that is not the newest. */
  newestHref: string | undefined;
  earlierHref: string | undefined;
}) {
  const t = useTranslations("subscribers.timeline");
  return (
    <Card
      title={t("title")}
      description={t("text")}
      footer={
        (newestHref || earlierHref) && (
          <span className="ms-auto flex gap-2">
            {newestHref && (
              <Button asChild size="sm">
                <Link href={newestHref} scroll={false}>
                  {t("newest")}
                </Link>
              </Button>
            )}
            {earlierHref && (
              <Button asChild size="sm">
                <Link href={earlierHref} scroll={false}>
                  {t("earlier")}
                </Link>
              </Button>
            )}
          </span>
        )
      }
    >
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
  if (entry.kind === "consent") return <ConsentWords entry={entry} />;
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

/** A consent with how it came, where, and to which wording of the question: what one shows when asked for the proof. */
function ConsentWords({ entry: { name, properties } }: { entry: Timeline["data"][number] }) {
  const t = useTranslations("subscribers.timeline");
  const source = consentSources.find((each) => each === properties.source);
  const proof = [
    source && t(`sources.${source}`),
    typeof properties.page === "string" && properties.page,
    typeof properties.promptVersion === "string" && t("promptVersion", { version: properties.promptVersion }),
  ];
  return (
    <>
      {t(name === "withdrawn" ? "withdrawn" : "granted")}
      <span className="ms-2 text-muted-foreground wrap-anywhere">{proof.filter(Boolean).join(" · ")}</span>
    </>
  );
}

const consentSources = ["sdk", "api", "dashboard", "preference_page", "import"] as const;

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
