import { hash } from "node:crypto";
import { maxPayloadBytes } from "./encryption.ts";

/** What the site's worker shows. Fields that are undefined are left out. */
export interface PushContent {
  /** Message id of the ledger. */
  id: string;
  /** The message's event token: lets the browser report shown, clicked and dismissed. */
  t: string;
  title: string;
  body: string;
  icon?: string | undefined;
  image?: string | undefined;
  badge?: string | undefined;
  /** Where a click leads, with its UTM parameters. */
  url?: string | undefined;
  actions?: PushAction[] | undefined;
  /** The same for every repeat of this message, so that a repeat replaces what is shown. */
  tag: string;
  requireInteraction?: boolean | undefined;
}

export interface PushAction {
  action: string;
  title: string;
  url?: string | undefined;
}

/** Version of the shape that `sdk-worker.js` reads. */
const payloadVersion = 1;

/** Marks a declarative push message: the number of RFC 8030 (WebKit, "Meet Declarative Web Push"). */
const declarativeMarker = 8030;

/**
 * The bytes to encrypt for one message, for the worker of our SDK.
 *
 * With `navigate`, for Safari, which then shows the message even if no worker runs: the same bytes carry the declarative
 * form beside ours. Where both forms together do not fit, ours alone is sent, so the limit is one for all browsers.
 *
 * @param options.navigate where a click leads when no worker runs: the click redirect
 */
export function buildPayload(content: PushContent, options: { navigate?: string | undefined } = {}): Buffer {
  const ours = { v: payloadVersion, ...content };
  if (options.navigate !== undefined) {
    const both = Buffer.from(JSON.stringify({ ...declarative(content, options.navigate), ...ours }));
    if (both.length <= maxPayloadBytes) return both;
  }
  return Buffer.from(JSON.stringify(ours));
}

/** The size that counts against `maxPayloadBytes`. */
export function payloadBytes(content: PushContent): number {
  return Buffer.byteLength(JSON.stringify({ v: payloadVersion, ...content }));
}

/** Whether this endpoint's browser understands declarative messages: Safari. */
export function isDeclarativeEndpoint(endpoint: string): boolean {
  return URL.parse(endpoint)?.hostname.endsWith(".push.apple.com") ?? false;
}

/** The collapse key of a step of a run: 32 URL-safe characters, the most that RFC 8030 section 5.4 allows. */
export function topicOf(runId: string, step: number): string {
  const name = `${runId}:${step}`;
  if (lastTopic.name !== name) lastTopic = { name, topic: hash("sha256", name, "base64url").slice(0, 32) };
  return lastTopic.topic;
}

/** All messages of a run ask for the same one. */
let lastTopic = { name: "", topic: "" };

function declarative(content: PushContent, navigate: string) {
  const { title, body, icon, image, badge, tag, requireInteraction } = content;
  const actions = content.actions?.map((action) => ({
    action: action.action,
    title: action.title,
    navigate: action.url ?? navigate,
  }));
  return {
    web_push: declarativeMarker,
    notification: { title, body, navigate, icon, image, badge, tag, requireInteraction, actions },
  };
}
