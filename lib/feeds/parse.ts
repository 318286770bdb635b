import { createHash } from "node:crypto";
import { parseFeed } from "feedsmith";
import { attribute, decodeEntities, plainText, tags } from "#lib/html.ts";
import { ImageUrl } from "#lib/schema.ts";
import { parseHttpUrl } from "#lib/text.ts";

/** More are not looked at; a feed lists its newest first. */
export const maxItems = 200;
const maxTitle = 120;
const maxDescription = 300;

/** Why a feed cannot be read, in words for the person who added it. */
export class FeedFault extends Error {}

export interface ParsedItem {
  /** SHA-256 of what makes it the same item: its guid, else its link, else its words. */
  guidHash: Buffer;
  title: string;
  description: string;
  url: string | null;
  imageUrl: string | null;
  author: string | null;
  publishedAt: Date | null;
}

export interface ParsedFeed {
  title: string;
  /** As the feed lists them; without those that cannot be told or lead nowhere on the web. */
  items: ParsedItem[];
}

/** What all formats have in common, before anything is cleaned. */
interface RawItem {
  id: string | undefined;
  title: string | undefined;
  description: string | undefined;
  link: string | undefined;
  images: (string | undefined)[];
  html: string | undefined;
  author: string | undefined;
  date: string | undefined;
}

/**
 * Reads RSS, RDF, Atom or JSON Feed.
 *
 * Checked before it is parsed: that it is a feed, that it is whole, and that it declares no entities of its own (the
 * billion-laughs attack).
 *
 * @param url where it came from: what its relative links are relative to
 * @throws FeedFault in words
 */
export function parse(body: Buffer, contentType: string | undefined, url: string): ParsedFeed {
  const text = decode(body, contentType).trim();
  refuseOthers(text);
  let raw: { title: string | undefined; items: RawItem[] };
  try {
    raw = readAny(text);
  } catch {
    throw new FeedFault("The feed cannot be read: it is not well formed.");
  }
  return {
    title: plainText(raw.title ?? "", maxTitle) || new URL(url).hostname,
    items: raw.items.flatMap((item) => toItem(item, url) ?? []),
  };
}

function decode(body: Buffer, contentType = ""): string {
  const start = body.subarray(0, 200).toString("latin1");
  const declared = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? /encoding=["']([\w-]+)/i.exec(start)?.[1];
  const isUtf16 = (body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff);
  const label = isUtf16 ? (body[0] === 0xff ? "utf-16le" : "utf-16be") : (declared ?? "utf-8");
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function refuseOthers(text: string): void {
  if (text === "") throw new FeedFault("The address answers with nothing.");
  if (text.startsWith("{")) return;
  if (isPage(text)) throw new FeedFault("This is a web page, not a feed.");
  if (/<!ENTITY/i.test(text) || /<!DOCTYPE[^>[]*\[/i.test(text.slice(0, 5000)))
    throw new FeedFault("The feed declares entities of its own, which are not read.");
  const root = /<(rss|feed|rdf:RDF)\b/i.exec(text.slice(0, 5000))?.[1];
  if (!root) throw new FeedFault("This is not an RSS, Atom or JSON feed.");
  const end = text
    .slice(-5000)
    .replace(/<!--[\s\S]*?-->/g, "")
    .trimEnd();
  if (!new RegExp(`</${root}\\s*>$`, "i").test(end)) throw new FeedFault("The feed is cut off in the middle.");
}

/** Whether it is HTML: then it may name its feed. */
export function isPage(text: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,1000}?-->\s*)*<(?:!doctype\s+html|html)\b/i.test(text.slice(0, 3000));
}

function readAny(text: string): { title: string | undefined; items: RawItem[] } {
  const { format, feed } = parseFeed(text, { maxItems });
  switch (format) {
    case "rss":
      return {
        title: feed.title,
        items: (feed.items ?? []).map((item) => ({
          id: item.guid?.value,
          title: item.title,
          description: item.description ?? item.content?.encoded,
          link: item.link ?? (item.guid?.isPermaLink === false ? undefined : linkOrNone(item.guid?.value)),
          images: [
            ...(item.media?.contents ?? []).filter(isPicture).map((media) => media.url),
            ...(item.media?.thumbnails ?? []).map((thumbnail) => thumbnail.url),
            ...(item.enclosures ?? []).filter(isPicture).map((enclosure) => enclosure.url),
            item.itunes?.image,
          ],
          html: `${item.content?.encoded ?? ""}${item.description ?? ""}`,
          author: item.dc?.creators?.[0] ?? item.authors?.[0]?.name ?? item.authors?.[0]?.email,
          date: item.pubDate ?? item.dc?.dates?.[0],
        })),
      };
    case "rdf":
      return {
        title: feed.title,
        items: (feed.items ?? []).map((item) => ({
          id: item.rdf?.about ?? item.link,
          title: item.title,
          description: item.description ?? item.content?.encoded,
          link: item.link,
          images: (item.media?.contents ?? []).filter(isPicture).map((media) => media.url),
          html: `${item.content?.encoded ?? ""}${item.description ?? ""}`,
          author: item.dc?.creators?.[0],
          date: item.dc?.dates?.[0],
        })),
      };
    case "atom":
      return {
        title: feed.title?.value,
        items: (feed.entries ?? []).map((entry) => ({
          id: entry.id,
          title: entry.title?.value,
          description: entry.summary?.value ?? entry.content?.value,
          link: (entry.links ?? []).find((link) => link.rel === undefined || link.rel === "alternate")?.href,
          images: [
            ...(entry.media?.contents ?? []).filter(isPicture).map((media) => media.url),
            ...(entry.media?.thumbnails ?? []).map((thumbnail) => thumbnail.url),
            ...(entry.links ?? [])
              .filter((link) => link.rel === "enclosure" && isPicture(link))
              .map((link) => link.href),
          ],
          html: `${entry.content?.value ?? ""}${entry.summary?.value ?? ""}`,
          author: entry.authors?.[0]?.name,
          date: entry.published ?? entry.updated,
        })),
      };
    case "json":
      return {
        title: feed.title,
        items: (feed.items ?? []).map((item) => ({
          id: item.id,
          title: item.title,
          description: item.summary ?? item.content_text ?? item.content_html,
          link: item.url ?? item.external_url,
          images: [item.image, item.banner_image],
          html: item.content_html,
          author: item.authors?.[0]?.name,
          date: item.date_published,
        })),
      };
  }
}

function isPicture(media: { type?: string | undefined; medium?: string | undefined }): boolean {
  return media.type === undefined
    ? media.medium === undefined || media.medium === "image"
    : /^image\//.test(media.type);
}

function linkOrNone(value: string | undefined): string | undefined {
  return value !== undefined && parseHttpUrl(value) ? value : undefined;
}

/** Undefined for an item that says nothing, or whose link is none that a browser may open. */
function toItem(raw: RawItem, base: string): ParsedItem | undefined {
  const description = plainText(raw.description ?? "", maxDescription);
  const title = plainText(raw.title ?? "", maxTitle) || plainText(description, 80);
  if (title === "") return undefined;
  const url = raw.link === undefined ? null : resolve(raw.link, base);
  if (url === undefined) return undefined;
  const same = raw.id || raw.link || `${raw.title}\n${raw.description}\n${raw.date}`;
  const image = [...raw.images, firstImage(raw.html)]
    .map((candidate) => (candidate === undefined ? undefined : resolve(candidate, url ?? base)))
    .find((candidate) => candidate !== undefined && ImageUrl.safeParse(candidate).success);
  return {
    guidHash: createHash("sha256").update(same).digest(),
    title,
    description,
    url,
    imageUrl: image ?? null,
    author: plainText(raw.author ?? "", 120) || null,
    publishedAt: toDate(raw.date),
  };
}

/** An absolute http(s) address of at most 2,048 characters, or undefined. */
function resolve(link: string, base: string): string | undefined {
  const absolute = URL.parse(link.trim(), base)?.href;
  return absolute !== undefined && absolute.length <= 2048 ? parseHttpUrl(absolute)?.href : undefined;
}

function firstImage(html: string | undefined): string | undefined {
  const [tag] = tags((html ?? "").slice(0, 100_000), "img");
  const source = tag && attribute(tag, "src");
  return source === undefined ? undefined : decodeEntities(source);
}

function toDate(text: string | undefined): Date | null {
  const at = new Date(text ?? "");
  const year = at.getUTCFullYear();
  return year >= 1970 && year < 2200 ? at : null;
}
