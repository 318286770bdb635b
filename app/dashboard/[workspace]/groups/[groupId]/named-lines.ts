import type { NamedPerson } from "#lib/groups/schema.ts";

/** As many as `NamedPeople` takes at once, said again for the browser, which has no use for its zod. */
export const maxPeople = 20;

/** The names that stand in a text, one a line, each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}

/** What a line names somebody by: a number begins with +, an e-mail holds @, all else is an external id. */
export function personOf(line: string): NamedPerson {
  if (/^\+[\d\s()./-]+$/.test(line)) return { phone: line };
  return line.includes("@") ? { email: line } : { externalId: line };
}
