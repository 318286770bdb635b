/**
 * The little that is read out of other people's HTML: tags with their attributes, and the plain text of a fragment. No
 * parser: what comes out is shown as text and never trusted as markup.
 */

/** The opening tags of that name. */
export function tags(html: string, name: string): string[] {
  return html.match(new RegExp(`<${name}\\b[^>]{0,2000}>`, "gi")) ?? [];
}

/** The value of an attribute in an opening tag, as it is written. */
export function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  euro: "€",
  copy: "©",
  reg: "®",
  trade: "™",
};

/** Character references undone; those that it does not know stay as they are. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
}

/** A fragment as one line of text: no tags, no scripts or styles, entities undone, at most `max` characters. */
export function plainText(html: string, max: number): string {
  const bare = html
    .slice(0, 100_000)
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, " ")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, " ")
    .replace(/<[^>]{0,5000}>/g, " ");
  const text = decodeEntities(bare).replaceAll("\u0000", "").toWellFormed().replace(/\s+/g, " ").trim();
  return text.length <= max ? text : `${cutAtWord(text, max - 1)}…`;
}

/** Cut at a blank where one is near; never through a surrogate pair. */
function cutAtWord(text: string, max: number): string {
  const cut = text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
  const blank = cut.lastIndexOf(" ");
  return blank > max * 0.7 ? cut.slice(0, blank) : cut;
}
