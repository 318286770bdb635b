import "server-only";
import { unstable_rethrow } from "next/navigation";
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

/** The texts of a form's fields; files and absent fields are empty. */
export function texts<Name extends string>(form: FormData, ...names: Name[]): Record<Name, string> {
  const pairs = names.map((name) => {
    const value = form.get(name);
    return [name, typeof value === "string" ? value : ""];
  });
  return Object.fromEntries(pairs) as Record<Name, string>;
}
