"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { Page } from "#lib/schema.ts";
import type { InstallCode } from "#lib/sites/schema.ts";
import { FirstCampaign } from "./first-campaign.tsx";
import { FirstSubscriber } from "./first-subscriber.tsx";
import { InstallGuides } from "./install-guides.tsx";
import {
  type InstallSite,
  installState,
  type StepState,
  type SubscriberWire,
  useInstallCode,
  useNewestSubscribers,
} from "./install-live.ts";
import { SendHere } from "./send-here.tsx";
import { SiteCheck } from "./site-check.tsx";
import { Step } from "./step.tsx";
import { rememberTried, wasTried } from "./tried.ts";

/** The five steps from a new site to its first campaign, each ticking itself off. */
export function InstallChecklist({
  workspaceId,
  base,
  path,
  site,
  appOrigin,
  maySend,
  code: initialCode,
  newest: initialNewest,
  templates,
  hasSent,
}: {
  workspaceId: string;
  base: string;
  path: string;
  site: InstallSite;
  appOrigin: string;
  maySend: boolean;
  code: InstallCode;
  newest: Page<SubscriberWire>;
  templates: { id: string; name: string; title: string }[];
  hasSent: boolean;
}) {
  const t = useTranslations("sites.install");
  const { data: code } = useInstallCode(workspaceId, site.id, initialCode);
  const { data: newest } = useNewestSubscribers(workspaceId, site.id, initialNewest);
  const [tried, setTried] = useState(false);
  useEffect(() => setTried(wasTried(site.id)), [site.id]);

  const check = installState(code.checks);
  const states: StepState[] = [
    tried ? "done" : "open",
    check === "done" ? "done" : "open",
    check,
    newest.data.length > 0 ? "done" : "open",
    hasSent ? "done" : "open",
  ];
  const stateOf = (step: number): StepState => states[step - 1] ?? "open";
  const done = states.filter((state) => state === "done").length;

  return (
    <div className="grid max-w-3xl gap-4">
      <div>
        <p className="text-sm text-muted-foreground" role="status">
          {t("progress", { done, total: states.length })}
        </p>
        <div className="mt-1.5 h-1 overflow-hidden rounded-full bg-muted" aria-hidden="true">
          <div
            className="h-full bg-success-solid transition-[width] duration-150"
            style={{ width: `${(done / states.length) * 100}%` }}
          />
        </div>
      </div>
      <ol className="grid gap-3">
        <Step number={1} state={stateOf(1)} title={t("here.title")}>
          <SendHere
            workspaceId={workspaceId}
            site={site}
            maySend={maySend}
            onShown={() => {
              rememberTried(site.id);
              setTried(true);
            }}
          />
        </Step>
        <Step number={2} state={stateOf(2)} title={t("code.title")}>
          <InstallGuides code={code} />
        </Step>
        <Step number={3} state={stateOf(3)} title={t("check.title")}>
          <SiteCheck site={site} appOrigin={appOrigin} checks={code.checks} state={check} path={path} />
        </Step>
        <Step number={4} state={stateOf(4)} title={t("subscriber.title")}>
          <FirstSubscriber base={base} path={path} site={site} newest={newest} isInstalled={check === "done"} />
        </Step>
        <Step number={5} state={stateOf(5)} title={t("campaign.title")}>
          <FirstCampaign base={base} siteId={site.id} templates={templates} hasSent={hasSent} />
        </Step>
      </ol>
    </div>
  );
}
