import "server-only";
import { InvalidKeys, readKeys } from "#lib/channels/web-push/encryption.ts";
import { readPushEndpoint } from "#lib/egress/push-endpoint.ts";
import { isTimeZone, Locale } from "#lib/schema.ts";
import { readPhone } from "#lib/subscribers/phone.ts";
import { maxTags } from "#lib/subscribers/schema.ts";
import { isStorableText } from "#lib/text.ts";
import type { ImportMapping, RowError } from "./schema.ts";

export interface ImportedDevice {
  /** In its normal form. */
  endpoint: string;
  origin: string;
  p256dh: string;
  auth: string;
  vapidPublicKey: string | null;
  browser: string | null;
  os: string | null;
}

/** A person as a row tells of them; null or empty is what it does not say. */
export interface ImportedPerson {
  row: number;
  externalId: string | null;
  name: string | null;
  phone: string | null;
  locale: string | null;
  timezone: string | null;
  country: string | null;
  subscribedAt: string | null;
  tags: string[];
  groups: string[];
  attributes: Record<string, string | number | boolean>;
  device: ImportedDevice | null;
}

export type RowOutcome =
  | { kind: "person"; person: ImportedPerson }
  | { kind: "unconsented" }
  | { kind: "failed"; problems: RowError[] };

/** Reads rows of one file by one mapping. Remembers time zones, which are slow to check and few. */
export class RowReader {
  readonly #columns: string[];
  readonly #mapping: ImportMapping;
  readonly #targets: [index: number, column: string, target: string][];
  readonly #zones = new Map<string, boolean>();

  constructor(columns: string[], mapping: ImportMapping) {
    this.#columns = columns;
    this.#mapping = mapping;
    this.#targets = columns.flatMap((column, index): [number, string, string][] => {
      const target = mapping.columns[column];
      return target === undefined ? [] : [[index, column, target]];
    });
  }

  read(row: number, cells: string[]): RowOutcome {
    const extra = cells.slice(this.#columns.length).some((cell) => cell.trim() !== "");
    if (extra) {
      const message = `Has ${cells.length} cells, the header ${this.#columns.length}.`;
      return { kind: "failed", problems: [{ row, column: null, message }] };
    }
    const problems: RowError[] = [];
    const values = new Map<string, { column: string; text: string }>();
    for (const [index, column, target] of this.#targets) {
      const text = plain(cells[index] ?? "");
      if (!isStorableText(text)) problems.push({ row, column, message: "Contains a character that cannot be stored." });
      else values.set(target, { column, text });
    }
    const consent = this.#consent(row, values, problems);
    if (consent === false) return { kind: "unconsented" };
    const person = this.#person(row, values, problems);
    if (problems.length === 0 && person.externalId === null && person.phone === null && person.device === null) {
      const message = "Names nobody: an external id, a phone number or an endpoint is needed.";
      problems.push({ row, column: null, message });
    }
    return problems.length > 0 ? { kind: "failed", problems } : { kind: "person", person };
  }

  /** false: the person did not agree. A blank cell is no agreement; without such a column the importer vouches for all. */
  #consent(row: number, values: Values, problems: RowError[]): boolean | undefined {
    const cell = values.get("consent");
    if (!cell) return undefined;
    const word = cell.text.toLowerCase();
    if (word === "" || noWords.has(word)) return false;
    if (!yesWords.has(word)) problems.push({ row, column: cell.column, message: "Say yes or no." });
    return true;
  }

  #person(row: number, values: Values, problems: RowError[]): ImportedPerson {
    const fault = (target: string, message: string) => {
      problems.push({ row, column: values.get(target)?.column ?? null, message });
      return null;
    };
    const text = (target: string, max: number) => {
      const value = values.get(target)?.text ?? "";
      return value === "" ? null : value.length > max ? fault(target, `At most ${max} characters.`) : value;
    };
    const checked = (target: string, max: number, isRight: (value: string) => boolean, message: string) => {
      const value = text(target, max);
      return value === null || isRight(value) ? value : fault(target, message);
    };
    const written = text("phone", 40);
    const phone = written === null ? null : (readPhone(written, this.#mapping.defaultCountry) ?? null);
    if (written !== null && phone === null)
      fault("phone", "Is no phone number. Write it with its country, such as +49 151 12345678.");
    const date = text("subscribedAt", 40);
    const subscribedAt = date === null ? null : pastInstant(date);
    if (date !== null && subscribedAt === null) fault("subscribedAt", "Must be a past date such as 2026-01-31.");
    return {
      row,
      externalId: text("externalId", 200),
      name: text("name", 200),
      phone,
      locale: checked(
        "locale",
        35,
        (value) => Locale.safeParse(value).success,
        "Must be a language such as en or pt-BR.",
      ),
      timezone: checked(
        "timezone",
        64,
        (zone) => this.#isZone(zone),
        "Must be an IANA time zone such as Europe/Berlin.",
      ),
      country:
        checked("country", 2, (code) => /^[A-Za-z]{2}$/.test(code), "Must be two letters such as DE.")?.toUpperCase() ??
        null,
      subscribedAt,
      tags: this.#list(values, "tags", fault, this.#mapping.tags),
      groups: this.#list(values, "groups", fault, []),
      attributes: this.#attributes(values, fault),
      device: this.#device(fault, text),
    };
  }

  #isZone(zone: string): boolean {
    let isKnown = this.#zones.get(zone);
    if (isKnown === undefined) {
      isKnown = isTimeZone(zone);
      if (this.#zones.size < 2_000) this.#zones.set(zone, isKnown);
    }
    return isKnown;
  }

  #list(values: Values, target: string, fault: Fault, more: string[]): string[] {
    const cell = values.get(target)?.text ?? "";
    const found = cell.split(/[,;|]/).map((item) => item.trim());
    const list = [...new Set([...found, ...more])].filter((item) => item !== "");
    if (list.length > maxTags) fault(target, `At most ${maxTags}.`);
    if (list.some((item) => item.length > 100)) fault(target, "At most 100 characters each.");
    return list;
  }

  #attributes(values: Values, fault: Fault): ImportedPerson["attributes"] {
    const attributes: ImportedPerson["attributes"] = {};
    for (const [target, { text }] of values) {
      if (!target.startsWith("attribute.") || text === "") continue;
      if (text.length > 1000) fault(target, "At most 1000 characters.");
      else attributes[target.slice("attribute.".length)] = typedValue(text);
    }
    return attributes;
  }

  #device(fault: Fault, text: (target: string, max: number) => string | null): ImportedDevice | null {
    const endpoint = text("endpoint", 2048);
    if (endpoint === null) return null;
    const read = readPushEndpoint(endpoint);
    const [p256dh, auth] = [text("p256dh", 200), text("auth", 200)];
    if (read.kind !== "allowed") return fault("endpoint", `The endpoint ${read.problem}.`);
    if (p256dh === null || auth === null) return fault("endpoint", "An endpoint needs its p256dh and auth keys.");
    if (this.#mapping.siteId === null) return fault("endpoint", "Choose the site that endpoints belong to.");
    try {
      readKeys({ p256dh, auth });
    } catch (error) {
      if (!(error instanceof InvalidKeys)) throw error;
      return fault(error.field, error.message);
    }
    const { href, origin, hostname } = read.url;
    return {
      endpoint: href,
      origin,
      p256dh,
      auth,
      vapidPublicKey: text("vapidPublicKey", 100),
      browser: text("browser", 60) ?? browserOf(hostname),
      os: text("os", 60),
    };
  }
}

type Values = Map<string, { column: string; text: string }>;
type Fault = (target: string, message: string) => null;

const yesWords = new Set(
  "1 true yes y on ja j oui si sí sim opt-in optin opted-in granted subscribed active".split(" "),
);
const noWords = new Set(
  "0 false no n off nein non não opt-out optout opted-out withdrawn denied unsubscribed".split(" "),
);

/** Trimmed, and without the apostrophe that keeps spreadsheets from taking a cell for a formula. */
function plain(cell: string): string {
  const text = cell.trim();
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

function typedValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  return /^-?\d/.test(text) && Number.isFinite(number) && String(number) === text ? number : text;
}

function pastInstant(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getTime() > Date.now() ? null : date.toISOString();
}

function browserOf(hostname: string): string | null {
  if (hostname.endsWith("googleapis.com")) return "Chrome";
  if (hostname.endsWith("mozilla.com")) return "Firefox";
  if (hostname.endsWith("apple.com")) return "Safari";
  return hostname.endsWith("windows.com") ? "Microsoft Edge" : null;
}
