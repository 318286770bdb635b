import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import { maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import { now } from "#lib/clock.ts";
import type { Content } from "#lib/content/schema.ts";
import { hasFallback, variableFault, variablesOf } from "#lib/content/variables.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { quietHoursOf } from "#lib/delivery/ledger-rows.ts";
import { measureReach, type Reach, type ReachQuestion } from "#lib/delivery/reach.ts";
import { newestProperties } from "#lib/drips/newest-event.ts";
import { nextFiring } from "#lib/recurrence/schedule.ts";
import { SiteSettings } from "#lib/sites/schema.ts";
import { findSite } from "#lib/sites/sites.ts";
import { needsApproval } from "./approval-guard.ts";
import { checkAudience } from "./audience-references.ts";
import { settled } from "./campaigns.ts";
import { isStanding } from "./drip-schema.ts";
import { brokenLinks, linksOf } from "./links.ts";
import { spanOfWallTime } from "./local-time.ts";
import { occasionOf } from "./occasion.ts";
import { usualPace } from "./pace.ts";
import { contentBytes } from "./payload-size.ts";
import type { NewCampaign, Preflight } from "./schema.ts";
import { allContents } from "./step-contents.ts";
import { isDrip } from "./steps.ts";

type Check = Preflight["checks"][number];

/**
 * Looks at a campaign before it is sent: who would get it and why the others not, how large it is, when it is through, what
 * would go wrong.
 *
 * @param options.links also ask its links whether they answer; takes seconds
 * @throws not_found its site, or what its audience names
 */
export async function preflight(
  ctx: Context,
  given: NewCampaign,
  { links = false }: { links?: boolean | undefined } = {},
): Promise<Preflight> {
  authorize(ctx, "campaigns:read");
  const input = { ...given, trigger: await settled(db, ctx, given.trigger, given.siteId) };
  const site = await findSite(ctx, input.siteId);
  const settings = SiteSettings.parse(site.settings);
  await checkAudience(db, ctx, input.audience);
  const contents = input.steps.flatMap((step) => allContents(step).map(({ content }) => content));
  const bytes = Math.max(...contents.map((each) => contentBytes(each, { url: site.url, settings }, input.options)));
  const startsAt = startOf(input);
  const [reach, pace, approval, broken] = await Promise.all([
    recentReach({
      workspaceId: ctx.workspaceId,
      siteId: site.id,
      timezone: settings.timezone,
      audience: input.audience,
      quietHours: quietHoursOf(input.options, settings),
      frequencyCap: settings.frequencyCap,
      category: input.options.category,
      startsAt,
      localAt: input.trigger.type === "one_time" ? input.trigger.localAt : undefined,
      needed: neededBy(contents),
    }),
    usualPace(ctx.workspaceId),
    needsApproval(db, ctx.workspaceId),
    links ? brokenLinks(linksOf(contents)) : [],
  ]);
  const perMinute = Math.min(pace, input.options.ratePerMinute ?? pace);
  const heldOut = Math.round(reach.devices * (input.options.experiment?.holdoutShare ?? 0));
  const recipients = reach.devices;

  const checks: Check[] = [
    audienceCheck(input, reach),
    payloadCheck(bytes),
    ...variableChecks(input, contents, reach),
    ...(await eventChecks(ctx, input, contents)),
    ...broken.map(
      ({ url, problem }): Check => ({
        id: "broken_link",
        level: "warning",
        message: `${url} does not work: ${problem}`,
      }),
    ),
  ];
  const add = (id: string, level: Check["level"], message: string, values?: Check["values"]) =>
    checks.push({ id, level, message, ...(values && { values }) });
  const people = (count: number) => `${count} ${count === 1 ? "person" : "people"}`;
  if (reach.capped > 0)
    add("cap", "warning", `${people(reach.capped)} had enough for now and will be left out.`, { count: reach.capped });
  if (reach.quiet > 0)
    add("quiet", "ok", `${people(reach.quiet)} get it when their quiet hours are over.`, { count: reach.quiet });
  if (reach.passed > 0)
    add("passed", "warning", `For ${people(reach.passed)} the time has passed: they get it at once.`, {
      count: reach.passed,
    });
  if (heldOut > 0) add("holdout", "ok", `About ${heldOut} devices are held out and get nothing.`, { count: heldOut });
  const { ratePerMinute, ttlSeconds = settings.ttlSeconds } = input.options;
  const neededSeconds = ratePerMinute === undefined ? 0 : (recipients * 60) / ratePerMinute;
  if (neededSeconds > Math.max(60, ttlSeconds))
    add(
      "rate",
      "warning",
      `At ${ratePerMinute} a minute it takes ${Math.ceil(neededSeconds / 3600)} h, longer than a message lives: the last ones would expire unsent.`,
    );

  if (site.pausedReason !== null) add("site", "blocking", `The site is paused: ${site.pausedReason}`);
  // What a feed's campaign leaves open is the item's.
  if (input.trigger.type !== "rss" && contents.some((each) => !each.url))
    add("link", "warning", `No link: a click opens ${site.url}.`);
  if (contents.some((each) => !each.iconUrl) && !settings.iconUrl)
    add("icon", "warning", "No icon: browsers show their own.");
  if (input.trigger.type === "one_time" && isPast(input.trigger)) add("time", "blocking", "The time is past.");
  if (input.trigger.type === "recurring" && !nextFiring(input.trigger, now()))
    add("never", "blocking", "This rule never fires again.");
  if (approval) add("approval", "ok", "It needs approval before it can be sent.");
  return {
    recipients,
    payloadBytes: bytes,
    maxPayloadBytes,
    audience: {
      selected: reach.selected,
      optedOut: reach.optedOut,
      withoutDevice: reach.withoutDevice,
      people: reach.people,
      severalDevices: reach.severalDevices,
      capped: reach.capped,
      unwilling: reach.unwilling,
      quiet: reach.quiet,
      passed: reach.passed,
      heldOut,
    },
    perMinute,
    startsAt,
    finishesAt: finishOf(input, reach, startsAt, recipients - heldOut, perMinute),
    needsApproval: approval,
    checks,
  };
}

/** The size of an audience moves slowly, the text beside it with every key: what was just counted is not counted again. */
const recent = new Map<string, { at: number; reach: Promise<Reach> }>();
const recentMs = 15_000;

function recentReach(question: ReachQuestion): Promise<Reach> {
  const startsAt = new Date(Math.floor(question.startsAt.getTime() / recentMs) * recentMs);
  const key = JSON.stringify({ ...question, startsAt });
  const known = recent.get(key);
  if (known && known.at > Date.now() - recentMs) return known.reach;
  for (const [old, { at }] of recent) if (at <= Date.now() - recentMs) recent.delete(old);
  const reach = measureReach(question);
  recent.set(key, { at: Date.now(), reach });
  reach.catch(() => recent.delete(key));
  return reach;
}

function startOf({ trigger }: NewCampaign): Date {
  const at = now();
  if (trigger.type !== "one_time") return at;
  const planned = trigger.localAt === undefined ? trigger.at : spanOfWallTime(trigger.localAt).first;
  return planned && planned > at ? planned : at;
}

function isPast(trigger: Extract<NewCampaign["trigger"], { type: "one_time" }>): boolean {
  const last = trigger.localAt === undefined ? trigger.at : spanOfWallTime(trigger.localAt).last;
  return last !== undefined && last < now();
}

/** When the last message is out at this pace; null for what has no end. */
function finishOf(input: NewCampaign, reach: Reach, startsAt: Date, messages: number, perMinute: number): Date | null {
  if (input.trigger.type !== "one_time" || messages <= 0) return null;
  const { testShare = 1, waitMinutes = 0 } = input.options.experiment ?? {};
  const decided = testShare < 1 ? startsAt.getTime() + waitMinutes * 60_000 : 0;
  const sending = (messages / perMinute) * 60_000;
  return new Date(Math.max(startsAt.getTime(), reach.lastAt?.getTime() ?? 0, decided) + sending);
}

function audienceCheck(input: NewCampaign, { devices }: Reach): Check {
  // Who comes later is not there yet: only a send needs somebody now.
  const isLater = isDrip(input.trigger, input.audience);
  if (isLater || ((isStanding(input.trigger.type) || input.trigger.type === "rss") && devices === 0))
    return { id: "audience", level: "ok", message: "It reaches people as it happens.", values: { later: 1 } };
  if (devices === 0)
    return { id: "audience", level: "blocking", message: "Nobody would get this: no active subscription." };
  return { id: "audience", level: "ok", message: `${devices} active subscription${devices === 1 ? "" : "s"}.` };
}

function payloadCheck(bytes: number): Check {
  const size = `${bytes} of ${maxPayloadBytes} bytes`;
  if (bytes > maxPayloadBytes)
    return { id: "payload", level: "blocking", message: `${size}: shorten the text or the links.` };
  if (bytes > maxPayloadBytes * 0.9)
    return { id: "payload", level: "warning", message: `${size}: long values of variables may not fit.` };
  return { id: "payload", level: "ok", message: `${size}.` };
}

/** Variables of an event that the last one of its name had no value for. */
async function eventChecks(ctx: Context, { trigger }: NewCampaign, contents: readonly Content[]): Promise<Check[]> {
  if (trigger.type !== "triggered") return [];
  const needed = neededBy(contents).filter((name) => name.startsWith("event."));
  if (needed.length === 0) return [];
  const newest = await newestProperties(ctx.workspaceId, trigger.event);
  if (!newest) return [];
  return needed.flatMap((name): Check[] => {
    const property = name.slice("event.".length);
    if (Object.hasOwn(newest, property)) return [];
    const message = `The last “${trigger.event}” had no ${property}: people would see a gap. Write {{${name}|…}}.`;
    return [
      { id: "event_variables", level: "warning", message, values: { event: trigger.event, property, variable: name } },
    ];
  });
}

const textsOf = ({ title, message }: Content) => [title, message];

/** Variables without a fallback, each once. */
function neededBy(contents: readonly Content[]): string[] {
  const texts = contents.flatMap(textsOf);
  const names = texts.flatMap((text) => variablesOf(text).filter((name) => !hasFallback(text, name)));
  return [...new Set(names)].sort();
}

function variableChecks(input: NewCampaign, contents: readonly Content[], { missing }: Reach): Check[] {
  const occasion = occasionOf(input.trigger.type);
  const fault = contents
    .flatMap(textsOf)
    .map((text) => variableFault(text, occasion))
    .find((found) => found !== undefined);
  if (fault) return [{ id: "variables", level: "blocking", message: fault }];
  return missing
    .filter(({ people }) => people > 0)
    .map(({ variable, people }) => ({
      id: "variables",
      level: "warning",
      message: `${people} ${people === 1 ? "person has" : "people have"} no ${variable} and would see a gap. Write {{${variable}|there}}.`,
      values: { count: people, variable },
    }));
}
