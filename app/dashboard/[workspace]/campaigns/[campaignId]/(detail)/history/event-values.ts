import type { Properties } from "#lib/drips/schema.ts";

/** A property of an event, as typed. */
export interface EventValue {
  id: string;
  name: string;
  value: string;
  /** It came as text and stays that, also where it reads as a number. */
  isText: boolean;
}

/** @param names what content and condition ask for, whether or not the sample has it */
export function valuesOf(sample: Record<string, unknown>, names: readonly string[]): EventValue[] {
  const known = Object.entries(sample).map(([name, value]) => ({
    id: name,
    name,
    value: value === null ? "" : String(value),
    isText: typeof value === "string",
  }));
  const missing = names.filter((name) => !Object.hasOwn(sample, name));
  return [...known, ...missing.map((name) => ({ id: name, name, value: "", isText: false }))];
}

/** The event's properties: what reads as a number, or as true and false, is one. Without a value it is left out. */
export function propertiesOf(values: readonly EventValue[]): Properties {
  return Object.fromEntries(
    values
      .filter(({ name, value }) => name.trim() !== "" && value.trim() !== "")
      .map(({ name, value, isText }) => [name.trim(), isText ? value : meant(value.trim())]),
  );
}

function meant(text: string): string | number | boolean {
  if (/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}

/** A name that two lines have. */
export function doubledName(values: readonly EventValue[]): string | undefined {
  const names = values.map(({ name }) => name.trim()).filter(Boolean);
  return names.find((name, index) => names.indexOf(name) !== index);
}
