import "server-only";
import { unstable_rethrow } from "next/navigation";
import { env } from "#lib/env.ts";
import type { ActionResult } from "#lib/http/action.ts";
import { asAppError } from "#lib/http/failure.ts";

/** Runs what a form of somebody not yet signed in asks for; errors become a value that the form shows. */
export async function answer<Data>(route: string, run: () => Promise<Data>): Promise<ActionResult<Data>> {
  try {
    return { ok: true, data: await run() };
  } catch (error) {
    unstable_rethrow(error);
    const { code, message, fields } = asAppError(error, { route });
    return { ok: false, code, message, ...(fields && { fields }) };
  }
}

/** Where to go next, as an address named it: only a path of our own, whatever it looked like. */
export function ownPath(wanted: unknown): string {
  const fallback = "/dashboard";
  if (typeof wanted !== "string" || !URL.canParse(wanted, env().APP_URL)) return fallback;
  const base = new URL(env().APP_URL);
  const url = new URL(wanted, base);
  return url.origin === base.origin && url.pathname.startsWith("/") && !url.pathname.startsWith("//")
    ? `${url.pathname}${url.search}`
    : fallback;
}

/** The texts of a form's fields; files and absent fields are empty. */
export function texts<Name extends string>(form: FormData, ...names: Name[]): Record<Name, string> {
  const pairs = names.map((name) => {
    const value = form.get(name);
    return [name, typeof value === "string" ? value : ""];
  });
  return Object.fromEntries(pairs) as Record<Name, string>;
}
