import { type ClassValue, clsx } from "clsx";

/**
 * Joins class names; of two that set the same property under the same variants (`hover:`, `md:` …) the later one wins, so
 * that a caller's `className` can change what a component set. Knows the properties that callers change here, not all of
 * Tailwind: a class it does not know is kept as it is.
 */
export function cn(...classes: ClassValue[]): string {
  const joined = clsx(classes);
  const known = kept.get(joined);
  if (known !== undefined) return known;
  const merged = merge(joined.split(/\s+/));
  if (kept.size < 2000) kept.set(joined, merged);
  return merged;
}

// The same few hundred lists come again with every render.
const kept = new Map<string, string>();

function merge(names: string[]): string {
  const taken = new Set<string>();
  const result: string[] = [];
  for (const name of names.toReversed()) {
    const cut = lastColon(name);
    const variants = name.slice(0, cut);
    const property = propertyOf(name.slice(cut).replace(/^-/, ""));
    if (property !== null) {
      if (taken.has(variants + property)) continue;
      for (const one of [property, ...(covers[property] ?? [])]) taken.add(variants + one);
    }
    result.unshift(name);
  }
  return result.join(" ");
}

/** Where the variants end: after the last colon that is not inside brackets. */
function lastColon(name: string): number {
  let depth = 0;
  let end = 0;
  for (let at = 0; at < name.length; at++) {
    const letter = name[at];
    if (letter === "[" || letter === "(") depth++;
    else if (letter === "]" || letter === ")") depth--;
    else if (letter === ":" && depth === 0) end = at + 1;
  }
  return end;
}

/** A property that, given later, also replaces these narrower ones. */
const covers: Record<string, string[]> = {
  p: ["px", "py", "ps", "pe", "pt", "pb"],
  px: ["ps", "pe"],
  py: ["pt", "pb"],
  m: ["mx", "my", "ms", "me", "mt", "mb"],
  mx: ["ms", "me"],
  my: ["mt", "mb"],
  size: ["w", "h"],
  gap: ["gap-x", "gap-y"],
  inset: ["inset-x", "inset-y", "start", "end", "top", "bottom"],
};

const words: [property: string, names: RegExp][] = [
  ["display", /^(block|inline|inline-block|flex|inline-flex|grid|inline-grid|contents|table|hidden)$/],
  ["position", /^(static|relative|absolute|fixed|sticky)$/],
  ["weight", /^font-(normal|medium|semibold|bold)$/],
  ["family", /^font-(sans|mono)$/],
  ["text-size", /^text-(xs|sm|base|lg|xl|2xl|\[\d.*)$/],
  ["text-align", /^text-(start|end|center|left|right|justify)$/],
  ["text-wrap", /^text-(wrap|nowrap|balance|pretty)$/],
  ["text-color", /^text-/],
  ["white-space", /^whitespace-/],
  ["border-style", /^border-(solid|dashed|dotted|none)$/],
  ["border-width", /^border(-\d+)?$/],
  ["border-sides", /^border-[tbsexy](-\d+)?$/],
  ["border-color", /^border-/],
  ["flex", /^flex-(\d+|none|auto|initial|\[.*)$/],
  ["flex-direction", /^flex-(row|col)(-reverse)?$/],
  ["flex-wrap", /^flex-(wrap|nowrap)$/],
];

const sized =
  /^(min-w|max-w|min-h|max-h|size|w|h|p[xysetb]?|m[xysetb]?|gap-x|gap-y|gap|inset-x|inset-y|inset|start|end|top|bottom|z|opacity|rounded|leading|tracking|bg|justify|items|content|self|overflow-x|overflow-y|overflow|cursor|grid-cols|col-span|line-clamp|shadow|animate|transition|duration)(?:-|$)/;

function propertyOf(name: string): string | null {
  const bare = name.replace(/!$/, "");
  // "border-t" sets a side, the whole border's width stays: both are kept.
  const word = words.find(([, pattern]) => pattern.test(bare))?.[0];
  if (word === "border-sides") return null;
  return word ?? sized.exec(bare)?.[1] ?? null;
}
