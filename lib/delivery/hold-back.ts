import "server-only";
import { restVariant } from "#lib/campaigns/variants-schema.ts";
import { afterQuietHours } from "#lib/quiet-hours.ts";
import { isTimeZone } from "#lib/schema.ts";
import { QuietHours } from "#lib/sites/schema.ts";
import type { ClaimedMessage } from "./claim.ts";
import { enterTouches, touchOf } from "./frequency.ts";
import { quietHoursOf } from "./ledger-rows.ts";
import type { Plan } from "./prepare.ts";
import type { Settlement } from "./record.ts";
import { decideWinner } from "./winner.ts";

/**
 * The last look at what was just claimed: quiet hours may have come since the ledger was written, and the person may have
 * got enough from others meanwhile. Test sends and messages outside a campaign are asked for and go in any case.
 *
 * @returns what may be sent, and what becomes of the others
 */
export async function holdBack(
  plan: Plan,
  messages: ClaimedMessage[],
): Promise<{ ready: ClaimedMessage[]; held: Settlement[] }> {
  if (plan.winner === null && messages.some((message) => message.variant === restVariant))
    plan.winner = await decideWinner(plan.workspaceId, plan.runId);
  const cap = plan.site.settings.frequencyCap;
  const quiet = quietHoursOf(plan.options, plan.site.settings);
  if (!cap && !quiet && messages.every((message) => message.quiet_hours === null)) return { ready: messages, held: [] };

  const held: Settlement[] = [];
  const untilOf = quietUntil(plan.site.settings.timezone, quiet);
  let ready = messages.filter((message) => {
    const until = isPersonal(message) ? null : untilOf(message);
    if (until) held.push({ message, outcome: { kind: "postponed", until } });
    return until === null;
  });
  if (cap) {
    const asked = ready.filter((message) => !isPersonal(message));
    const over = await enterTouches(cap, asked);
    for (const message of asked) {
      if (over.has(touchOf(message))) held.push({ message, outcome: { kind: "skipped", reason: overCapReason } });
      else message.is_capped = true;
    }
    ready = ready.filter((message) => isPersonal(message) || !over.has(touchOf(message)));
  }
  return { ready, held };
}

export const overCapReason = "frequency_cap";

function isPersonal(message: ClaimedMessage): boolean {
  return message.is_test || message.campaign_id === null;
}

/** Until when a message must wait, null when it need not; looked up once for each zone and each person's own hours. */
function quietUntil(siteZone: string, quiet: QuietHours | null): (message: ClaimedMessage) => Date | null {
  const now = new Date();
  const known = new Map<string, Date | null>();
  return ({ timezone, quiet_hours }) => {
    if (!quiet && quiet_hours === null) return null;
    const key = `${timezone} ${JSON.stringify(quiet_hours)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = QuietHours.safeParse(quiet_hours).data ?? null;
    const zone = timezone !== null && isTimeZone(timezone) ? timezone : siteZone;
    const until = afterQuietHours(now, zone, quiet, own);
    const answer = until > now ? until : null;
    known.set(key, answer);
    return answer;
  };
}
