import "server-only";
import { z } from "zod";
import { AppError, type FieldErrors } from "#lib/errors.ts";
import { isStorableText } from "#lib/text.ts";

/** Requests are small: content is text and addresses, uploads and imports have doors of their own. */
export const maxBodyBytes = 1_048_576;
/** Deeper than any shape of the API, far from what would exhaust the stack. */
const maxDepth = 32;

/**
 * The JSON of a request's body; `{}` when it is empty.
 *
 * @throws unsupported_media_type it is not declared as JSON · body_too_large over 1 MB, counted while it arrives
 * @throws invalid_json it does not parse · validation_error a key or a text in it cannot be stored, or it nests too deep
 */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  const mediaType = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!/^application\/(json|[\w.+-]+\+json)$/.test(mediaType))
    throw new AppError("unsupported_media_type", "Send the body as JSON, with Content-Type: application/json.");
  const value = parseJson(bytes);
  refuseHostile(value);
  return value;
}

async function readBytes(request: Request): Promise<Buffer> {
  if (Number(request.headers.get("content-length")) > maxBodyBytes) throw tooLarge();
  if (!request.body) return Buffer.alloc(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new AppError("invalid_json", "The body broke off before its end.");
    });
    if (done) return Buffer.concat(chunks);
    size += value.length;
    if (size > maxBodyBytes) {
      await reader.cancel().catch(() => {});
      throw tooLarge();
    }
    chunks.push(value);
  }
}

function tooLarge(): AppError {
  return new AppError("body_too_large", "The body may hold at most 1 MB.");
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AppError("invalid_json", "The body is not valid JSON in UTF-8.");
  }
}

/**
 * Refuses what no shape of ours has: keys and texts that cannot be stored, `__proto__`, and nesting without end. Walks
 * without recursion, because what comes in may be made to exhaust the stack.
 */
export function refuseHostile(root: unknown): void {
  const left: { value: unknown; path: string; depth: number }[] = [{ value: root, path: "", depth: 0 }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path, depth } = next;
    if (typeof value === "string" && !isStorableText(value))
      throw fieldFault(path, "Contains a character that cannot be stored.");
    if (typeof value !== "object" || value === null) continue;
    if (depth >= maxDepth) throw new AppError("invalid_json", `The body nests deeper than ${maxDepth} levels.`);
    for (const [key, item] of Object.entries(value)) {
      const inner = path === "" ? key : `${path}.${key}`;
      if (key === "__proto__" || !isStorableText(key)) throw fieldFault(printable(inner), "This field is not allowed.");
      left.push({ value: item, path: inner, depth: depth + 1 });
    }
  }
}

function printable(path: string): string {
  return path.toWellFormed().replaceAll("\u0000", "");
}

function fieldFault(path: string, message: string): AppError {
  return new AppError("validation_error", `${path || "body"}: ${message}`, { fields: { [path || "body"]: [message] } });
}

/**
 * The query string as fields. A name given twice is refused: which one counts would be a guess.
 *
 * @throws validation_error with the name
 */
export function readQuery(url: URL): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (name === "__proto__" || !isStorableText(name)) throw fieldFault(printable(name), "This field is not allowed.");
    if (Object.hasOwn(fields, name)) throw fieldFault(name, "Give it once.");
    if (!isStorableText(value)) throw fieldFault(name, "Contains a character that cannot be stored.");
    fields[name] = value;
  }
  return fields;
}

/**
 * Checks a value against a request shape; unknown fields are refused.
 *
 * @param whole what to call the value itself when it is not even an object
 * @throws validation_error with every faulty field by its dotted path
 */
export function decodeInput<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.output<Schema> {
  // An object that says what its other keys hold means them.
  const strict: z.ZodType = schema instanceof z.ZodObject && !schema.def.catchall ? schema.strict() : schema;
  const parsed = strict.safeParse(value);
  // The strict form of a schema has the same output; its type is lost on the way through `instanceof`.
  if (parsed.success) return parsed.data as z.output<Schema>;
  throw validationError(parsed.error, whole);
}

/** A zod error as ours: every issue by dotted field, in plain words. */
export function validationError(error: z.ZodError, whole: string): AppError {
  const found = new Map<string, Set<string>>();
  for (const issue of error.issues.flatMap(flatten)) {
    const path = issue.path.map(String);
    const names =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => [...path, key].join("."))
        : [path.join(".") || whole];
    for (const name of names) found.set(name, (found.get(name) ?? new Set()).add(inWords(issue)));
  }
  const fields: FieldErrors = Object.fromEntries([...found].map(([name, messages]) => [name, [...messages]]));
  const [name, messages] = Object.entries(fields)[0] ?? [whole, []];
  const summary = `${name}: ${messages[0] ?? "Is not valid."}`;
  const more = found.size > 1 ? ` (and ${found.size - 1} more)` : "";
  return new AppError("validation_error", summary + more, { fields });
}

/** A union's own issue says only "invalid", and so does a key's; the alternative that came closest, or the key's rule, says why. */
function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code === "invalid_key" && issue.issues.length > 0)
    return issue.issues.map((inner) => ({ ...inner, path: issue.path }));
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const closest = issue.errors.reduce((best, each) => (deepest(each) > deepest(best) ? each : best));
  return closest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flatten);
}

function deepest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "Unknown field.";
  if (issue.code === "invalid_type" && issue.input === undefined && /received undefined/.test(issue.message))
    return "Required.";
  if (issue.code === "invalid_format" && issue.format === "uuid") return "Must be an id (UUID).";
  // A rule with words of its own says them.
  return /^(Too (small|big)|Invalid [a-z]+): expected/.test(issue.message)
    ? (inPlainWords(issue) ?? issue.message)
    : issue.message;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

function inPlainWords(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const kind = kinds[issue.expected];
      return kind && `Must be ${kind}.`;
    }
    case "invalid_value":
      return `Must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}.`;
    case "too_small":
      return limit(issue.origin, issue.inclusive === false ? "more than" : "at least", Number(issue.minimum));
    case "too_big":
      return limit(issue.origin, issue.inclusive === false ? "less than" : "at most", Number(issue.maximum));
    default:
      return undefined;
  }
}

function limit(origin: string, bound: string, value: number): string | undefined {
  const figure = value.toLocaleString("en");
  if (origin === "number" || origin === "int") return `Must be ${bound} ${figure}.`;
  if (bound === "at least" && value === 1) return "Must not be empty.";
  if (origin === "string") return `Must have ${bound} ${figure} characters.`;
  if (origin === "array" || origin === "set") return `Must have ${bound} ${figure} entries.`;
  return undefined;
}
