"use client";

import { type FormEvent, startTransition, useActionState, useEffect, useRef } from "react";
import type { ActionResult } from "#lib/http/action.ts";

/**
 * Ties a form to a server action. The form works before its script has loaded; once it has, a refused form keeps all
 * that was typed, shows what is wrong at each field and puts the cursor into the first of them.
 *
 * `<form {...form}>`, `errors("email")` for a field, `problem` for what belongs to no field.
 */
export function useFormAction<Data>(
  action: (previous: ActionResult<Data> | null, form: FormData) => Promise<ActionResult<Data>>,
  fieldNames: readonly string[] = [],
) {
  const [result, run, pending] = useActionState(action, null);
  const ref = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (result?.ok === false) ref.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]")?.focus();
  }, [result]);

  const fields = result?.ok === false ? (result.fields ?? {}) : {};
  const isAtAField = fieldNames.some((name) => fields[name]);
  return {
    result,
    pending,
    form: {
      ref,
      action: run,
      noValidate: true,
      onSubmit: (event: FormEvent<HTMLFormElement>) => {
        // React empties a form after its action; calling the action ourselves does not.
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        startTransition(() => run(typed));
      },
    },
    errors: (name: string): string[] | undefined => fields[name],
    problem: result?.ok === false && !isAtAField ? result.message : undefined,
  };
}
