"use client";

import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { NewCampaignInput, Preflight } from "#lib/campaigns/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { formatInstant, formatNumber, formatWallTime } from "#lib/format.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { readWallTime, wallTimeOf } from "#lib/wall-time.ts";
import { preflightAction } from "./actions.ts";
import { useCheckWords } from "./composer/checks.tsx";
import { runsByItself } from "./composer/triggers/trigger-draft.ts";
import { useScheduleWords } from "./schedule-words.ts";
import { TypedTimeField } from "./typed-time-field.tsx";

export type Launch = {
  name: string;
  site: { name: string; timezone: string };
  /** What would go out, for the count and the last check. */
  campaign: NewCampaignInput;
  /** null: now, or whenever its trigger says. */
  at: Date | null;
  /** The time is chosen here: for a schedule from the campaign's page. */
  picksTime?: "schedule" | "reschedule";
};

type Answer = ActionResult<Preflight> | null;

/** The last look before something goes out: to whom, when and what happens in a sentence, and what stands against it. */
export function LaunchDialog({
  workspaceId,
  launch,
  onClose,
  onConfirm,
}: {
  workspaceId: string;
  launch: Launch;
  onClose: () => void;
  /** Does it; what it answers that went wrong is shown here. */
  onConfirm: (at: Date | null) => Promise<ActionResult<unknown>>;
}) {
  const t = useTranslations("campaigns");
  const words = useCheckWords();
  const [pending, startTransition] = useTransition();
  const [check, setCheck] = useState<Answer>(null);
  const [refusal, setRefusal] = useState<{ message: string; fields?: FieldErrors }>();
  const { name, site, campaign, picksTime } = launch;
  const [wall, setWall] = useState(() => firstTime(launch));
  const picked = picksTime ? readWallTime(wall, site.timezone) : null;
  // What the clocks skip is no time: the field says so.
  const at = picksTime ? (picked && picked.kind !== "gap" ? picked.at : null) : launch.at;
  const isSwitch = runsByItself(campaign.trigger?.type ?? "one_time");
  const isNow = !isSwitch && !picksTime && at === null;
  const localAt =
    campaign.trigger?.type === "one_time" && !picksTime && at !== null ? campaign.trigger.localAt : undefined;
  const isPast = localAt === undefined && at !== null && at.getTime() < Date.now();
  // The time is looked at here.
  const wire = JSON.stringify(
    isSwitch || localAt !== undefined ? campaign : { ...campaign, trigger: { type: "one_time" } },
  );

  useEffect(() => {
    let isCurrent = true;
    preflightAction(workspaceId, JSON.parse(wire)).then(
      (answer) => isCurrent && setCheck(answer),
      () => isCurrent && setCheck({ ok: false, code: "unavailable", message: t("composer.checksFailed") }),
    );
    return () => {
      isCurrent = false;
    };
  }, [workspaceId, wire, t]);

  const checks = check?.ok ? check.data.checks : [];
  // A schedule may have nobody yet: they may subscribe until then.
  const blocking = checks.filter((each) => each.level === "blocking" && (isNow || each.id !== "audience"));
  const warnings = checks.filter((each) => each.level === "warning");
  const say = (list: typeof checks) => (check?.ok ? list.map((each) => words(each, check.data)) : []);

  const confirm = () =>
    startTransition(async () => {
      const answer = await onConfirm(at);
      if (answer.ok) onClose();
      else setRefusal(answer);
    });

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !pending && onClose()}
      title={
        picksTime === "reschedule"
          ? t("launch.rescheduleTitle", { name })
          : t(isSwitch ? "launch.onTitle" : isNow ? "launch.sendTitle" : "launch.scheduleTitle", { name })
      }
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            {t("launch.back")}
          </Button>
          <Button
            variant="primary"
            onClick={confirm}
            pending={pending}
            disabled={!check?.ok || blocking.length > 0 || (!isNow && !isSwitch && !at) || isPast}
          >
            {t(isSwitch ? "launch.on" : isNow ? "launch.send" : "launch.schedule")}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {picksTime && (
          <TypedTimeField
            label={t("launch.when")}
            error={isPast ? t("composer.pastTime") : refusal?.fields?.at}
            timeZone={site.timezone}
            value={wall}
            min={wallTimeOf(new Date(), site.timezone)}
            onValueChange={(next) => {
              setWall(next);
              setRefusal(undefined);
            }}
          />
        )}
        {check?.ok && isPast ? null : check?.ok ? (
          isSwitch ? (
            <SwitchSentence launch={launch} count={check.data.recipients} />
          ) : (
            <>
              <Sentence launch={launch} at={at} isNow={isNow} count={check.data.recipients} localAt={localAt} />
              <Finish result={check.data} />
            </>
          )
        ) : check === null ? (
          <div aria-busy="true" className="grid gap-2">
            <span className="sr-only">{t("launch.counting")}</span>
            <Skeleton />
            <Skeleton className="w-3/5" />
          </div>
        ) : (
          <Callout tone="danger">{check.message}</Callout>
        )}
        {blocking.length > 0 && (
          <Callout tone="danger" title={t("launch.blocked")}>
            <Lines lines={say(blocking)} />
          </Callout>
        )}
        {blocking.length === 0 && warnings.length > 0 && (
          <Callout tone="warning" title={t("launch.warned")}>
            <Lines lines={say(warnings)} />
          </Callout>
        )}
        {isPast && !picksTime && <Callout tone="danger">{t("composer.pastTime")}</Callout>}
        {refusal && !(picksTime && refusal.fields?.at) && (
          <Callout tone="danger" title={t("done.failed")}>
            {refusal.message}
          </Callout>
        )}
      </div>
    </Dialog>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="grid gap-0.5">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** When the last one is out, where that is not at once. */
function Finish({ result: { finishesAt, startsAt, perMinute } }: { result: Preflight }) {
  const t = useTranslations("sending.reach");
  const locale = useLocale();
  const timeZone = useTimeZone() ?? "UTC";
  if (!finishesAt || finishesAt.getTime() - startsAt.getTime() < 60_000) return null;
  return (
    <p className="text-pretty text-muted-foreground">
      {t("finish", { time: formatInstant(finishesAt, { locale, timeZone }), rate: formatNumber(perMinute, locale) })}
    </p>
  );
}

function Sentence({
  launch,
  at,
  isNow,
  count,
  localAt,
}: {
  launch: Launch;
  at: Date | null;
  isNow: boolean;
  count: number;
  /** By each subscriber's own clock. */
  localAt: string | undefined;
}) {
  const t = useTranslations("campaigns.launch");
  const locale = useLocale();
  const own = useTimeZone() ?? "UTC";
  const { site, campaign } = launch;
  const strong = (text: React.ReactNode) => <strong className="font-semibold text-foreground">{text}</strong>;
  const time =
    localAt === undefined
      ? at
        ? formatInstant(at, { locale, timeZone: site.timezone })
        : "–"
      : t("localTime", { time: formatWallTime(localAt, locale) });
  const elsewhere = at && wallTimeOf(at, own) !== wallTimeOf(at, site.timezone);
  const { audience } = campaign;
  const words = { site: site.name, count, time, strong };
  return (
    <p className="text-pretty text-muted-foreground">
      {audience?.type === "subscribers"
        ? t.rich("someSentence", {
            ...words,
            people: audience.ids?.length ?? audience.externalIds?.length ?? 0,
            at: isNow ? "now" : "later",
          })
        : audience && (audience.type !== "all" || audience.exclude)
          ? t.rich("pickedSentence", {
              ...words,
              audience: t(
                audience.type === "segment" ? "pickedSegment" : audience.type === "group" ? "pickedGroup" : "pickedAll",
              ),
              at: isNow ? "now" : "later",
            })
          : t.rich(isNow ? "sendSentence" : "scheduleSentence", words)}{" "}
      {localAt === undefined && elsewhere && t("elsewhere", { time: formatInstant(at, { locale, timeZone: own }) })}
    </p>
  );
}

/** What begins by itself from now on, and for whom. */
function SwitchSentence({ launch, count }: { launch: Launch; count: number }) {
  const t = useTranslations("campaigns.launch");
  const schedule = useScheduleWords();
  const { site, campaign } = launch;
  const strong = (text: React.ReactNode) => <strong className="font-semibold text-foreground">{text}</strong>;
  return (
    <p className="text-pretty text-muted-foreground">
      {t.rich(`onSentence.${campaign.trigger?.type ?? "one_time"}`, {
        site: site.name,
        count,
        strong,
        audience: campaign.audience?.type ?? "all",
        event: campaign.trigger?.type === "triggered" ? campaign.trigger.event : "",
        steps: campaign.steps.length,
      })}
      {campaign.trigger?.type === "recurring" && (
        <strong className="mt-2 block font-medium text-foreground">{schedule(campaign.trigger)}</strong>
      )}
    </p>
  );
}

/** The time it has, else tomorrow at this hour. */
function firstTime({ at, site }: Launch): string {
  const hourMs = 3_600_000;
  const next = new Date(Math.ceil(Date.now() / hourMs) * hourMs + 24 * hourMs);
  return wallTimeOf(at && at.getTime() > Date.now() ? at : next, site.timezone);
}
