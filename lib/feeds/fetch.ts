import "server-only";
import { EgressError, fetchPublic, type PublicReply } from "#lib/egress.ts";
import { attribute, decodeEntities, tags } from "#lib/html.ts";
import { parseHttpUrl } from "#lib/text.ts";
import { FeedFault, isPage, type ParsedFeed, parse } from "./parse.ts";

/** security.md: a feed is at most 5 MB, 10 MB unpacked, and there within 10 s, redirects included. */
const limits = { maxBytes: 5 * 1024 * 1024, maxInflatedBytes: 10 * 1024 * 1024, deadlineMs: 10_000, maxRedirects: 3 };
const accept =
  "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.5";

/** What the last answer said of itself, to ask only for what is new (RFC 9110 section 13.1). */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export type FetchedFeed = ParsedFeed & Validators & { url: string };

/**
 * Fetches a feed, unless it is unchanged since `known`.
 *
 * @returns null when it is unchanged (304)
 * @throws FeedFault whatever kept it from being read, in words
 */
export async function fetchFeed(url: string, known?: Validators): Promise<FetchedFeed | null> {
  const reply = await get(url, known);
  if (reply.status === 304) return null;
  return read(reply);
}

/**
 * Fetches the feed at an address, or the feed that the page at that address names.
 *
 * @throws FeedFault
 */
export async function findFeed(address: string): Promise<FetchedFeed> {
  const reply = await get(address);
  const text = reply.body.subarray(0, 512 * 1024).toString("utf8");
  if (!isPage(text)) return read(reply);
  const found = feedOfPage(text, reply.url);
  if (found === undefined) throw new FeedFault("This page names no feed. Give the address of the feed itself.");
  return read(await get(found));
}

function read(reply: PublicReply): FetchedFeed {
  return {
    ...parse(reply.body, reply.headers["content-type"], reply.url),
    url: reply.url,
    etag: reply.headers.etag ?? null,
    lastModified: reply.headers["last-modified"] ?? null,
  };
}

async function get(url: string, known?: Validators): Promise<PublicReply> {
  let reply: PublicReply;
  try {
    reply = await fetchPublic(url, {
      ...limits,
      accept,
      headers: {
        "user-agent": "PushPilot feed reader",
        ...(known?.etag && { "if-none-match": known.etag }),
        ...(known?.lastModified && { "if-modified-since": known.lastModified }),
      },
    });
  } catch (error) {
    if (error instanceof EgressError) throw new FeedFault(error.message);
    throw error;
  }
  if (reply.status === 304 && known) return reply;
  if (reply.status < 200 || reply.status > 299)
    throw new FeedFault(`The address answers with status ${reply.status}${statusHint(reply.status)}.`);
  return reply;
}

function statusHint(status: number): string {
  if (status === 401 || status === 403) return ": it is not public";
  if (status === 404 || status === 410) return ": there is nothing there";
  return status >= 500 ? ": its server has a problem" : "";
}

const feedTypes = /^application\/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)/i;

/** The first feed that a page links to (`<link rel="alternate" type="application/rss+xml">`). */
function feedOfPage(html: string, base: string): string | undefined {
  for (const tag of tags(html, "link")) {
    if (!/\balternate\b/i.test(attribute(tag, "rel") ?? "") || !feedTypes.test(attribute(tag, "type") ?? "")) continue;
    const href = URL.parse(decodeEntities(attribute(tag, "href") ?? ""), base)?.href;
    if (href !== undefined && parseHttpUrl(href)) return href;
  }
  return undefined;
}
