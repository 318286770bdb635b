import "server-only";
import { maxPayloadBytes } from "#lib/channels/web-push/encryption.ts";
import { buildPayload, isDeclarativeEndpoint, type PushContent, topicOf } from "#lib/channels/web-push/payload.ts";
import type { Content, Utm } from "#lib/content/schema.ts";
import { withUtm } from "#lib/content/utm.ts";
import { fillVariables } from "#lib/content/variables.ts";
import { env } from "#lib/env.ts";
import type { SiteSettings } from "#lib/sites/schema.ts";
import { eventToken } from "#lib/subscribers/tokens.ts";

/** Everything that one message is made from. */
export interface RenderInput {
  messageId: string;
  /** With the step it makes the tag and topic: a repeat replaces what is shown instead of adding to it. */
  runId: string;
  stepIndex: number;
  content: Content;
  requireInteraction: boolean;
  site: { url: string; settings: Pick<SiteSettings, "iconUrl" | "utm"> };
  /** The person's preference page, for a button where there is room for one. */
  preferences?: { url: string; locale: string | null } | undefined;
  /** Values for variables: the subscriber's facts, attributes as `attribute.<key>`. */
  values: Record<string, string | number | null | undefined>;
}

const maxRemembered = 1_000;
const remembered = new Map<string, string>();

/** A run's links are the same in every message, and each costs several microseconds to put together. */
function linkOf(url: string, utm: Utm): string {
  const key = `${url}\n${JSON.stringify(utm)}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= maxRemembered) remembered.clear();
  const link = withUtm(url, utm);
  remembered.set(key, link);
  return link;
}

/**
 * The notification of one message: variables filled, links with their UTM parameters, defaults of the site. Content of a
 * feed's item that names no link or picture takes the item's.
 */
export function renderPush(input: RenderInput): PushContent {
  const { content, site, values } = input;
  const utm: Utm = { ...site.settings.utm, ...content.utm };
  const link = (url: string) => linkOf(url, utm);
  return {
    id: input.messageId,
    t: eventToken(input.messageId),
    title: fillVariables(content.title, values),
    body: fillVariables(content.message, values),
    icon: content.iconUrl ?? site.settings.iconUrl ?? undefined,
    image: content.imageUrl ?? textOf(values["item.image"]),
    url: link(content.url ?? textOf(values["item.url"]) ?? site.url),
    actions: content.actions?.map((action, index) => ({
      action: `action-${index + 1}`,
      title: action.title,
      url: link(action.url),
    })),
    tag: topicOf(input.runId, input.stepIndex),
    ...(input.requireInteraction ? { requireInteraction: true } : {}),
  };
}

function textOf(value: string | number | null | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The bytes to encrypt for a push endpoint; Safari's also carry the declarative form. */
export function renderPayload(input: RenderInput, endpoint: string): Buffer {
  const content = renderPush(input);
  const navigate = isDeclarativeEndpoint(endpoint) ? `${env().APP_URL}/api/sdk/v1/c/${content.t}` : undefined;
  const withButton = withPreferences(content, input.preferences);
  if (withButton) {
    const payload = buildPayload(withButton, { navigate });
    if (payload.length <= maxPayloadBytes) return payload;
  }
  return buildPayload(content, { navigate });
}

const preferenceWords: Record<string, string> = {
  en: "Preferences",
  de: "Einstellungen",
  fr: "Préférences",
  es: "Preferencias",
  pt: "Preferências",
  ar: "التفضيلات",
};

/** Browsers show two buttons at most, and a push service takes so many bytes: the content's own come first. */
function withPreferences(content: PushContent, preferences: RenderInput["preferences"]): PushContent | undefined {
  const actions = content.actions ?? [];
  if (!preferences || actions.length >= 2) return undefined;
  const title = preferenceWords[preferences.locale?.slice(0, 2).toLowerCase() ?? "en"] ?? "Preferences";
  return { ...content, actions: [...actions, { action: "preferences", title, url: preferences.url }] };
}
