import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import { now } from "#lib/clock.ts";
import { hasFallbacks, variableFault, variablesOf } from "#lib/content/variables.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { countAudience } from "#lib/delivery/audience.ts";
import { nextFiring } from "#lib/recurrence/schedule.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import { checkAudience } from "./audience-references.ts";
import { isStanding } from "./drip-schema.ts";
import { contentBytes } from "./payload-size.ts";
import { type NewCampaign, occasionOf, type Preflight } from "./schema.ts";

/** Audiences are counted this far; beyond it the exact figure changes no decision. */
const countLimit = 5_000_000;

/**
 * Looks at a campaign before it is sent: who would get it, how large it is, what would go wrong.
 *
 * @throws not_found its site
 */
export async function preflight(ctx: Context, input: NewCampaign): Promise<Preflight> {
  authorize(ctx, "campaigns:read");
  const site = await findSite(ctx, input.siteId);
  const settings = SiteSettings.parse(site.settings);
  await checkAudience(db, ctx, input.audience);
  const recipients = await countAudience(ctx.workspaceId, site.id, input.audience, countLimit);
  const [step] = input.steps;
  const bytes = Math.max(
    ...input.steps.map(({ content }) => contentBytes(content, { url: site.url, settings }, input.options)),
  );
  const checks: Preflight["checks"] = [];
  const add = (id: string, level: Preflight["checks"][number]["level"], message: string) =>
    checks.push({ id, level, message });

  // Who comes later is not there yet: only a send needs somebody now.
  if (isStanding(input.trigger.type) || (input.trigger.type === "rss" && recipients === 0))
    add("audience", "ok", "It reaches people as it happens.");
  else if (recipients === 0) add("audience", "blocking", "Nobody would get this: no active subscription.");
  else add("audience", "ok", `${recipients} active subscription${recipients === 1 ? "" : "s"}.`);

  if (bytes > maxPayloadBytes)
    add("payload", "blocking", `${bytes} of ${maxPayloadBytes} bytes: shorten the text or the links.`);
  else if (bytes > maxPayloadBytes * 0.9)
    add("payload", "warning", `${bytes} of ${maxPayloadBytes} bytes: long values of variables may not fit.`);
  else add("payload", "ok", `${bytes} of ${maxPayloadBytes} bytes.`);

  const texts = input.steps.flatMap(({ content }) => [content.title, content.message]);
  const occasion = occasionOf(input.trigger.type);
  const fault = texts.map((text) => variableFault(text, occasion)).find((found) => found !== undefined);
  if (fault) add("variables", "blocking", fault);
  else if (texts.some((text) => variablesOf(text).length > 0 && !hasFallbacks(text)))
    add(
      "variables",
      "warning",
      "A variable has no fallback: whoever lacks the value sees a gap. Write {{name|there}}.",
    );

  if (site.pausedReason !== null) add("site", "blocking", `The site is paused: ${site.pausedReason}`);
  if (step && !step.content.url) add("link", "warning", `No link: a click opens ${site.url}.`);
  if (step && !step.content.iconUrl && !settings.iconUrl) add("icon", "warning", "No icon: browsers show their own.");
  const { trigger } = input;
  if (trigger.type === "one_time" && trigger.at && trigger.at < now()) add("time", "blocking", "The time is past.");
  if (trigger.type === "recurring" && !nextFiring(trigger, now()))
    add("never", "blocking", "This rule never fires again.");
  return { recipients, payloadBytes: bytes, maxPayloadBytes, checks };
}
