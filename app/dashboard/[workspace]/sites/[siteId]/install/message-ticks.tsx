"use client";

import { Check, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Callout } from "#components/ui/callout.tsx";
import { cn } from "#components/ui/cn.ts";
import { Spinner } from "#components/ui/spinner.tsx";
import { Time } from "#components/ui/time.tsx";
import { reasonKey } from "../../../campaigns/[campaignId]/(detail)/reasons.ts";
import { isSettled, type MessageWire, useMessage } from "./install-live.ts";

const stages = ["queued", "sent", "shown", "clicked"] as const;

/** After this long in one stage a person wants to know why. */
const patienceMs = { queued: 6_000, sent: 10_000 };

/** What becomes of one message, live: queued, accepted, shown, clicked – or why not. */
export function MessageTicks({ workspaceId, id, onShown }: { workspaceId: string; id: string; onShown: () => void }) {
  const t = useTranslations("sites.install.ticks");
  const { data: message, isError } = useMessage(workspaceId, id);
  const isShown = Boolean(message?.deliveredAt ?? message?.clickedAt);
  useEffect(() => {
    if (isShown) onShown();
  }, [isShown, onShown]);

  const reached = message ? stageOf(message) : 0;
  const isLost = message !== undefined && isSettled(message) && message.status !== "sent";
  return (
    <div className="grid gap-3">
      <ol aria-label={t("label")} className="grid grid-cols-4 gap-2">
        {stages.map((stage, index) => {
          const isReached = reached >= index + 1;
          const isNext = !isReached && reached === index && !isLost && !(message && isSettled(message));
          return (
            <li key={stage} className="grid gap-1.5">
              <span
                aria-hidden="true"
                className={cn("h-1 rounded-full transition-colors", isReached ? "bg-success-solid" : "bg-muted")}
              />
              <span
                className={cn(
                  "flex items-center gap-1 text-sm",
                  isReached ? "font-medium text-foreground" : "text-subtle-foreground",
                )}
              >
                {isReached ? (
                  <Check className="size-3.5 shrink-0 text-success" aria-hidden="true" />
                ) : isNext ? (
                  <Spinner className="size-3.5 shrink-0" />
                ) : (
                  isLost && <X className="size-3.5 shrink-0" aria-hidden="true" />
                )}
                <span className="truncate">{t(stage)}</span>
              </span>
            </li>
          );
        })}
      </ol>
      {isError && <Callout tone="warning">{t("lost")}</Callout>}
      {message && <Word message={message} />}
    </div>
  );
}

/** How many stages lie behind it, 1 to 4. */
function stageOf({ status, deliveredAt, clickedAt }: MessageWire): number {
  if (clickedAt) return 4;
  if (deliveredAt) return 3;
  return status === "sent" ? 2 : 1;
}

/** What to do now, or what went wrong and its fix. */
function Word({ message }: { message: MessageWire }) {
  const t = useTranslations("sites.install.ticks");
  const tReason = useTranslations("campaigns.reasons");
  const { status, reason, nextAt, attempts, sentAt, createdAt, deliveredAt, clickedAt, dismissedAt } = message;
  const isSlowToSend = useLongAgo(status === "queued" || status === "sending" ? createdAt : null, patienceMs.queued);
  const isSlowToShow = useLongAgo(status === "sent" && !deliveredAt ? sentAt : null, patienceMs.sent);

  if (clickedAt) return <Callout tone="success">{t("complete")}</Callout>;
  if (dismissedAt) return <Callout tone="success">{t("dismissedText")}</Callout>;
  if (deliveredAt) return <Callout>{t("clickHint")}</Callout>;
  if (isSettled(message)) {
    const key = reasonKey(reason ?? "unknown");
    return (
      <Callout tone="danger" title={tReason(`${key}.title`)}>
        {tReason(`${key}.text`)}
      </Callout>
    );
  }
  if (status === "queued" && reason && attempts > 0) {
    const key = reasonKey(reason);
    return (
      <Callout tone="warning" title={t("retrying", { reason: tReason(`${key}.title`) })}>
        {t.rich("retryingText", { time: () => <Time at={nextAt ?? Date.now()} />, fix: tReason(`${key}.text`) })}
      </Callout>
    );
  }
  if (isSlowToSend) {
    return (
      <Callout tone="warning" title={t("queuedSlow")}>
        {t("queuedSlowText")}
      </Callout>
    );
  }
  if (isSlowToShow) {
    return (
      <Callout tone="warning" title={t("sentSlow")}>
        {t("sentSlowText")}
      </Callout>
    );
  }
  return null;
}

/** Whether an instant lies further back than `ms`; turns true by itself. */
function useLongAgo(at: string | null, ms: number): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (at === null) return;
    const timer = setTimeout(() => setLong(true), Math.max(0, Date.parse(at) + ms - Date.now()));
    return () => clearTimeout(timer);
  }, [at, ms]);
  return isLong;
}
