import "server-only";
import { authorize } from "#lib/auth/permissions.ts";
import type { Context } from "#lib/context.ts";
import { fetchPublic } from "#lib/egress.ts";
import { invalid } from "#lib/errors.ts";
import { attribute, decodeEntities, tags } from "#lib/html.ts";
import { parseHttpUrl } from "#lib/text.ts";
import type { SiteGuess } from "./schema.ts";

/**
 * Reads a page to fill in a new site's name and icon. A page that cannot be reached is no error: the site can be added
 * all the same.
 *
 * @param url what the person typed; without a scheme https:// is assumed
 * @throws validation_error it is no web address at all
 */
export async function guessSite(ctx: Context, { url }: { url: string }): Promise<SiteGuess> {
  authorize(ctx, "sites:write");
  const typed = url.trim();
  const target = parseHttpUrl(
    /^[a-z][a-z0-9+.-]*:/i.test(typed) && !/^localhost:/i.test(typed) ? typed : `https://${typed}`,
  );
  if (!target) throw invalid("url", "Must be a web address such as https://shop.example.");
  const guess = { url: target.origin, name: nameFromHost(target.hostname), iconUrl: null };
  try {
    const page = await fetchPublic(target.href, {
      maxBytes: 512 * 1024,
      deadlineMs: 5_000,
      headers: { accept: "text/html" },
    });
    if (page.status >= 400)
      return { ...guess, reachable: false, problem: `The page answered with status ${page.status}.` };
    const html = page.body.toString("utf8");
    return {
      ...guess,
      name: pageName(html) ?? guess.name,
      iconUrl: pageIcon(html, page.url),
      reachable: true,
      problem: null,
    };
  } catch {
    return { ...guess, reachable: false, problem: "The page could not be read from here. You can go on all the same." };
  }
}

function nameFromHost(host: string): string {
  const label = host.replace(/^www\./, "").split(".")[0] ?? host;
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function pageName(html: string): string | undefined {
  const siteName = tags(html, "meta").find(
    (tag) => attribute(tag, "property") === "og:site_name" || attribute(tag, "name") === "application-name",
  );
  const title = /<title[^>]*>([^<]{1,300})/i.exec(html)?.[1];
  const name = decodeEntities((siteName && attribute(siteName, "content")) || title || "")
    .replace(/\s+/g, " ")
    .trim();
  // "Product news – Shop": the part that names the site is usually the shortest.
  const parts = siteName ? [name] : name.split(/\s[|–—·-]\s/).filter(Boolean);
  return parts.sort((a, b) => a.length - b.length)[0]?.slice(0, 120) || undefined;
}

function pageIcon(html: string, base: string): string | null {
  const links = tags(html, "link").filter((tag) => /icon/i.test(attribute(tag, "rel") ?? ""));
  const size = (tag: string) =>
    Number.parseInt(attribute(tag, "sizes") ?? (/apple-touch/i.test(tag) ? "180" : "16"), 10) || 16;
  const best = links.sort((a, b) => size(b) - size(a))[0];
  const href = (best && attribute(best, "href")) ?? "/favicon.ico";
  const icon = URL.canParse(decodeEntities(href), base) ? new URL(decodeEntities(href), base) : undefined;
  return icon?.protocol === "https:" ? icon.href : null;
}
