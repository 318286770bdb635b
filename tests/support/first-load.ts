import { gzipSync } from "node:zlib";
import type { APIRequestContext } from "@playwright/test";

const sizes = new Map<string, Promise<number>>();

/**
 * What a page's document asks the browser to run before anybody touches it.
 *
 * @returns bytes of its scripts, each packed with gzip
 */
export async function firstLoadBytes(request: APIRequestContext, address: string): Promise<number> {
  const html = await (await request.get(address)).text();
  const tags = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => !/\bnomodule\b/i.test(tag));
  const sources = new Set(tags.flatMap((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1] ?? []));
  const bytes = await Promise.all([...sources].map((source) => packedSize(request, source)));
  return bytes.reduce((sum, each) => sum + each, 0);
}

function packedSize(request: APIRequestContext, source: string): Promise<number> {
  const known = sizes.get(source);
  if (known) return known;
  const measured = request
    .get(source.replaceAll("&amp;", "&"))
    .then(async (answer) => gzipSync(await answer.body()).length);
  sizes.set(source, measured);
  return measured;
}
