import "server-only";
import type { Content } from "#lib/content/schema.ts";
import { EgressError, fetchPublic } from "#lib/egress.ts";

const maxLinks = 10;
const deadlineMs = 4_000;

/** The addresses that a click on any of these contents may open, each once. */
export function linksOf(contents: readonly Content[]): string[] {
  const urls = contents.flatMap(({ url, actions = [] }) => [...(url ? [url] : []), ...actions.map((each) => each.url)]);
  return [...new Set(urls)];
}

/**
 * Asks the first links whether they answer, without following their content: HEAD, and GET where that is not known. Only public
 * addresses are reached.
 *
 * @returns those that do not work, each with the reason in words
 */
export async function brokenLinks(links: readonly string[]): Promise<{ url: string; problem: string }[]> {
  const answers = await Promise.all(
    links.slice(0, maxLinks).map(async (url) => ({ url, problem: await problemOf(url) })),
  );
  return answers.flatMap(({ url, problem }) => (problem === null ? [] : [{ url, problem }]));
}

async function problemOf(url: string): Promise<string | null> {
  try {
    const limits = { maxBytes: 1_024 * 1_024, deadlineMs };
    const head = await fetchPublic(url, { ...limits, method: "HEAD" });
    const isUnsure = head.status === 405 || head.status === 501 || head.status === 403;
    const { status } = isUnsure ? await fetchPublic(url, limits) : head;
    return status >= 400 ? `It answers with status ${status}.` : null;
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    // There, only longer than we read.
    return error.fault === "too_large" ? null : error.message;
  }
}
