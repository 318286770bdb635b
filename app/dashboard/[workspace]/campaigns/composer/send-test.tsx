"use client";

import { BellRing } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { prepareThisBrowser, subscribeThisBrowser } from "#components/this-browser/send-to-this-browser.ts";
import { ThisBrowserProblem } from "#components/this-browser/this-browser-problem.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { NewCampaignInput } from "#lib/campaigns/schema.ts";
import { testContentAction } from "../actions.ts";

// Nobody needs it to begin to write; its button's place is kept.
const OtherTestDevices = dynamic(() => import("./other-test-devices.tsx").then((file) => file.OtherTestDevices), {
  ssr: false,
  loading: () => <div className="h-7 pointer-coarse:h-9" />,
});

type Content = NewCampaignInput["steps"][number]["content"];

/** Shows the notification on this very device, or on others that are for tests, as it is written now. */
export function SendTest({
  workspaceId,
  siteId,
  content,
}: {
  workspaceId: string;
  siteId: string;
  /** null: it cannot be sent as it is. */
  content: Content | null;
}) {
  const t = useTranslations("campaigns.test");
  const [pending, startTransition] = useTransition();
  const [outcome, setOutcome] = useState<{ sent: true } | { refused: string } | { problem: unknown }>();

  useEffect(prepareThisBrowser, []);

  const send = () => {
    if (!content) {
      setOutcome({ refused: t("needsText") });
      return;
    }
    // Outside the transition's first await: the browser asks for permission only within the click.
    const subscribing = subscribeThisBrowser(siteId);
    startTransition(async () => {
      try {
        const { subscriptionId } = await subscribing;
        const answer = await testContentAction(workspaceId, { siteId, content, subscriptionId });
        setOutcome(answer.ok ? { sent: true } : { refused: answer.message });
      } catch (problem) {
        setOutcome({ problem });
      }
    });
  };

  return (
    <div className="grid gap-2.5">
      <Button onClick={send} pending={pending} className="w-full">
        <BellRing aria-hidden="true" />
        {outcome && "sent" in outcome ? t("again") : t("send")}
      </Button>
      <OtherTestDevices workspaceId={workspaceId} siteId={siteId} content={content} />
      <div aria-live="polite">
        {outcome && "sent" in outcome && (
          <Callout tone="success" title={t("sent")}>
            {t("sentHint")}
          </Callout>
        )}
        {outcome && "refused" in outcome && <Callout tone="warning">{outcome.refused}</Callout>}
        {outcome && "problem" in outcome && <ThisBrowserProblem error={outcome.problem} />}
      </div>
    </div>
  );
}
