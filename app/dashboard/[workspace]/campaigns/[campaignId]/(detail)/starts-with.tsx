import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Callout } from "#components/ui/callout.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Feed } from "#lib/feeds/schema.ts";

/** What a campaign that answers something waits for, and whether that can come. */
export async function StartsWith({
  words,
  isOn,
  feed,
  base,
}: {
  words: string;
  /** It runs; else it is paused. */
  isOn: boolean;
  /** Of a feed's campaign. */
  feed: Feed | null;
  base: string;
}) {
  const [t, tFeeds] = await Promise.all([getTranslations("campaigns.starts"), getTranslations("feeds")]);
  if (!feed) return <Callout title={words} />;
  const isWell = feed.isActive && feed.failures === 0;
  const isDue = feed.nextFetchAt.getTime() <= Date.now();
  return (
    <Callout
      tone={isWell ? "info" : "warning"}
      title={words}
      actions={
        <Link href={`${base}/feeds/${feed.id}`} className="font-medium underline underline-offset-2">
          {t("openFeed")}
        </Link>
      }
    >
      {!feed.isActive
        ? t("feedOff")
        : feed.failures > 0
          ? t("feedFails", { reason: feed.lastError ?? "" })
          : isOn &&
            t.rich("feedNext", {
              time: () => (isDue ? tFeeds("soon").toLocaleLowerCase() : <Time at={feed.nextFetchAt} />),
            })}
    </Callout>
  );
}
