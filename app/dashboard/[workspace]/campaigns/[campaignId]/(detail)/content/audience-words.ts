import "server-only";
import { getTranslations } from "next-intl/server";
import type { Audience, CampaignType } from "#lib/campaigns/schema.ts";
import type { Context } from "#lib/context.ts";
import { groupNames } from "#lib/groups/groups.ts";
import { segmentNames } from "#lib/segments/segments.ts";

/** An audience in a few words, with the names of what it names. */
export async function wordsOfAudience(
  ctx: Context,
  audience: Audience,
  siteName: string,
  type: CampaignType,
): Promise<string> {
  const t = await getTranslations("campaigns.composer");
  const said =
    type === "welcome" && audience.type === "all"
      ? t("audienceNewcomers", { site: siteName })
      : await named(ctx, audience, siteName);
  const count = Object.values(audience.exclude ?? {}).reduce((sum, ids) => sum + (ids?.length ?? 0), 0);
  return count > 0 ? t("audienceExcept", { audience: said, count }) : said;
}

async function named(ctx: Context, audience: Audience, siteName: string): Promise<string> {
  const t = await getTranslations("campaigns.composer");
  switch (audience.type) {
    case "all":
      return t("audienceAll", { site: siteName });
    case "segment": {
      const name = (await segmentNames(ctx, [audience.segmentId])).get(audience.segmentId);
      return t("audienceSegmentNamed", { name: name ?? t("unknownName") });
    }
    case "group": {
      const name = (await groupNames(ctx, [audience.groupId])).get(audience.groupId);
      return t("audienceGroupNamed", { name: name ?? t("unknownName") });
    }
    case "custodians": {
      const name = (await groupNames(ctx, [audience.groupId])).get(audience.groupId);
      return t("audienceCustodiansNamed", { name: name ?? t("unknownName") });
    }
    case "event_subject":
      return t("audienceSubject");
    case "subscribers":
      return t("audienceSome");
  }
}
