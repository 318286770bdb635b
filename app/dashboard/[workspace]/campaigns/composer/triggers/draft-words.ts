import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { DraftWords } from "./trigger-draft.ts";

/** What the composer says about fields that are wrong. */
export function useDraftWords(): DraftWords {
  const t = useTranslations("campaigns.composer");
  const tRss = useTranslations("campaigns.rss");
  const tSending = useTranslations("sending");
  const tDrip = useTranslations("campaigns.drip");
  const tRepeat = useTranslations("campaigns.repeat");
  return useMemo(
    () => ({
      tooLongName: t("tooLongName"),
      missingTime: t("missingTime"),
      pastTime: t("pastTime"),
      farTime: t("farTime"),
      skippedTime: t("skippedTime"),
      pastEverywhere: tSending("time.pastEverywhere"),
      weights: tSending("contents.weightsWrong"),
      variantName: tSending("contents.namesWrong"),
      quietHours: tSending("options.quietWrong"),
      localTest: tSending("options.localTest"),
      missingRule: tRepeat("missingRule"),
      everyRange: tRepeat("everyRange"),
      noWeekday: tRepeat("noWeekday"),
      countRange: tRepeat("countRange"),
      endBeforeStart: tRepeat("endBeforeStart"),
      daysOff: tRepeat("daysOffWrong"),
      missingFeed: tRss("missing"),
      missingEvent: tDrip("missingEvent"),
      eventName: tDrip("eventName"),
      waitRange: tDrip("waitRange"),
      stepWait: tDrip("stepWaitWrong"),
      stepUnfinished: tDrip("stepUnfinished"),
      condition: tDrip("conditionWrong"),
    }),
    [t, tSending, tDrip, tRepeat, tRss],
  );
}
