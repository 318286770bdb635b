import "server-only";
import { campaignNames } from "#lib/campaigns/campaigns.ts";
import type { Context } from "#lib/context.ts";
import { groupNames } from "#lib/groups/groups.ts";
import type { Rules } from "#lib/segments/grammar.ts";
import { idsIn, type Names } from "./builder/sentence.ts";

/** What the groups and campaigns in rules are called, for the sentences about them. */
export async function namesIn(ctx: Context, rules: readonly Rules[]): Promise<Names> {
  const ids = rules.map(idsIn);
  const [groups, campaigns] = await Promise.all([
    groupNames(
      ctx,
      ids.flatMap((each) => each.groupIds),
    ),
    campaignNames(
      ctx,
      ids.flatMap((each) => each.campaignIds),
    ),
  ]);
  return Object.fromEntries([...groups, ...campaigns]);
}
