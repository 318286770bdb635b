import "server-only";
import { getLocale, getTranslations } from "next-intl/server";
import type { Campaign } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { feedNames } from "#lib/feeds/feeds.ts";
import { formatDuration } from "#lib/format.ts";
import { conditionWords } from "../segments/builder/sentence.ts";
import { namesIn } from "../segments/rule-names.ts";
import { scheduleWords } from "./schedule-words.ts";

type Started = Pick<Campaign, "id" | "trigger" | "steps">;

/** What starts each campaign, in a sentence, by the campaign's id; nothing for what is sent once. */
export async function wordsOfTriggers(ctx: Context, campaigns: readonly Started[]): Promise<Map<string, string>> {
  const [t, tRepeat, tSegments, locale] = await Promise.all([
    getTranslations("campaigns.starts"),
    getTranslations("campaigns.repeat.words"),
    getTranslations("segments"),
    getLocale(),
  ]);
  const triggers = campaigns.map(({ trigger }) => trigger);
  const [feeds, names] = await Promise.all([
    feedNames(
      ctx,
      triggers.flatMap((trigger) => (trigger.type === "rss" ? [trigger.feedId] : [])),
    ),
    namesIn(
      ctx,
      triggers.flatMap((trigger) => (trigger.type === "triggered" && trigger.condition ? [trigger.condition] : [])),
    ),
  ]);
  const during = (minutes: number) => formatDuration(minutes * 60, locale);

  const say = ({ trigger, steps }: Started): string | null => {
    switch (trigger.type) {
      case "one_time":
        return null;
      case "recurring":
        return scheduleWords(trigger, tRepeat, locale);
      case "rss":
        return t("rss", { feed: feeds.get(trigger.feedId) ?? t("goneFeed") });
      case "welcome": {
        const last = steps.at(-1)?.delayMinutes ?? 0;
        return [
          t("welcome", { steps: steps.length }),
          ...(last > 0 ? [t("over", { time: during(last) })] : []),
          ...(trigger.stopEvent ? [t("stop", { event: trigger.stopEvent })] : []),
        ].join(", ");
      }
      case "triggered": {
        const condition = trigger.condition ? conditionWords(trigger.condition, tSegments, names) : "";
        return [
          [t("event", { event: trigger.event }), ...(condition ? [t("when", { condition })] : [])].join(" "),
          ...(trigger.delayMinutes ? [t("delay", { time: during(trigger.delayMinutes) })] : []),
          ...(steps.length > 1 ? [t("steps", { steps: steps.length })] : []),
          ...(trigger.stopEvent ? [t("stop", { event: trigger.stopEvent })] : []),
          ...(trigger.cooldownMinutes ? [t("cooldown", { time: during(trigger.cooldownMinutes) })] : []),
        ].join(", ");
      }
    }
  };
  return new Map(
    campaigns.flatMap((campaign) => {
      const words = say(campaign);
      return words === null ? [] : [[campaign.id, words] as const];
    }),
  );
}
