"use client";

import { BellRing } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { NotificationPreview } from "#components/notification-preview/notification-preview.tsx";
import { prepareThisBrowser, subscribeThisBrowser } from "#components/this-browser/send-to-this-browser.ts";
import { ThisBrowserProblem } from "#components/this-browser/this-browser-problem.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { testContentAction } from "../../../campaigns/actions.ts";
import type { InstallSite } from "./install-live.ts";
import { MessageTicks } from "./message-ticks.tsx";

type Outcome = { messageId: string } | { refused: string } | { problem: unknown };

/** One click and "Allow" show a real push in this very browser; what becomes of it ticks live. */
export function SendHere({
  workspaceId,
  site,
  maySend,
  onShown,
}: {
  workspaceId: string;
  site: InstallSite;
  maySend: boolean;
  onShown: () => void;
}) {
  const t = useTranslations("sites.install.here");
  const [pending, startTransition] = useTransition();
  const [outcome, setOutcome] = useState<Outcome>();
  const title = t("sampleTitle");
  const message = t("sampleMessage", { site: site.name });

  useEffect(prepareThisBrowser, []);

  const send = () => {
    setOutcome(undefined);
    // Outside the transition's first await: the browser asks for permission only within the click.
    const subscribing = subscribeThisBrowser(site.id);
    startTransition(async () => {
      try {
        const { subscriptionId } = await subscribing;
        // A click comes back here, where it is seen to arrive.
        const content = { title, message, url: location.href.replace(/[?#].*$/, "") };
        const answer = await testContentAction(workspaceId, { siteId: site.id, content, subscriptionId });
        const [messageId] = answer.ok ? answer.data.messageIds : [];
        if (messageId) setOutcome({ messageId });
        else if (!answer.ok) setOutcome({ refused: answer.message });
      } catch (problem) {
        setOutcome({ problem });
      }
    });
  };

  return (
    <div className="grid gap-4">
      <p className="text-pretty text-muted-foreground">{t("text")}</p>
      <div className="grid items-center gap-4 sm:grid-cols-[auto_minmax(0,1fr)]">
        <div>
          <Button variant="primary" size="lg" onClick={send} pending={pending} disabled={!maySend}>
            <BellRing aria-hidden="true" />
            {outcome && "messageId" in outcome ? t("again") : t("send")}
          </Button>
          {!maySend && <p className="mt-1.5 text-sm text-muted-foreground">{t("memberOnly")}</p>}
        </div>
        <div aria-hidden="true" className="max-w-sm sm:justify-self-end">
          <NotificationPreview
            platform="macos-chrome"
            scheme="auto"
            title={title}
            message={message}
            siteHost={site.host}
          />
        </div>
      </div>
      <div aria-live="polite" className="empty:hidden">
        {pending && <p className="text-sm text-muted-foreground">{t("asking")}</p>}
        {outcome && "messageId" in outcome && (
          <MessageTicks key={outcome.messageId} workspaceId={workspaceId} id={outcome.messageId} onShown={onShown} />
        )}
        {outcome && "refused" in outcome && (
          <Callout tone="warning" title={t("refused")}>
            {outcome.refused}
          </Callout>
        )}
        {outcome && "problem" in outcome && <ThisBrowserProblem error={outcome.problem} />}
      </div>
    </div>
  );
}
