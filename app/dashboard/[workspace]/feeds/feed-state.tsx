import { useTranslations } from "next-intl";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { Feed } from "#lib/feeds/schema.ts";

const tones = { ok: "success", failing: "danger", off: "neutral", waiting: "info" } as const satisfies Record<
  string,
  Tone
>;

/** Whether a feed is read, in a word. */
export function FeedState({ feed }: { feed: Pick<Feed, "isActive" | "failures" | "readSince"> }) {
  const t = useTranslations("feeds.state");
  const state = !feed.isActive ? "off" : feed.failures > 0 ? "failing" : feed.readSince === null ? "waiting" : "ok";
  return <Badge tone={tones[state]}>{t(state)}</Badge>;
}
