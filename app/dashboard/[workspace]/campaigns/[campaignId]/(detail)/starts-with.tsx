import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Callout } from "#components/ui/callout.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Feed } from "#lib/feeds/schema.ts";

/** What a campaign that answers something waits for, and whether that can come. */
export async function StartsWith({
  words,
  pausedAs,
  feed,
  base,
}: {
  words: string;
  /** It is paused, and of this type; null while it runs. */
  pausedAs: "welcome" | "triggered" | "rss" | null;
  /** Of a feed's campaign. */
  feed: Feed | null;
  base: string;
}) {
  const [t, tFeeds] = await Promise.all([getTranslations("campaigns.starts"), getTranslations("feeds")]);
  const paused = pausedAs && t(`paused.${pausedAs}`);
  if (!feed) return <Callout title={words}>{paused}</Callout>;
  const isWell = feed.isActive && feed.failures === 0;
  const isDue = feed.nextFetchAt.getTime() <= Date.now();
  const next = () => (isDue ? tFeeds("soon").toLocaleLowerCase() : <Time at={feed.nextFetchAt} />);
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
          : (paused ?? t.rich("feedNext", { time: next }))}
    </Callout>
  );
}
