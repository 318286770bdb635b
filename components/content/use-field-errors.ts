"use client";

import { useMemo, useState } from "react";
import type { FieldErrors } from "#lib/errors.ts";

/**
 * Which of a form's errors to show: those of fields that were left, all once somebody tried to send it, and the
 * server's until the value they were about changes.
 *
 * @param found everything wrong with the present value, by field
 * @param value the present value, to tell when the server's word is out of date
 */
export function useFieldErrors(found: FieldErrors, value: unknown) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [fromServer, setFromServer] = useState<{ errors: FieldErrors; about: unknown }>();

  const shown = useMemo(() => {
    const own = Object.entries(found).filter(
      ([field]) => tried || left.has(field) || left.has(field.split(".")[0] ?? field),
    );
    const theirs = fromServer && Object.is(fromServer.about, value) ? fromServer.errors : {};
    return { ...Object.fromEntries(own), ...theirs };
  }, [found, fromServer, left, tried, value]);

  return {
    /** By field. */
    errors: shown,
    leave: (field: string) => setLeft((before) => (before.has(field) ? before : new Set(before).add(field))),
    showAll: () => setTried(true),
    showServers: (errors: FieldErrors | undefined) => setFromServer(errors && { errors, about: value }),
    reset: () => {
      setLeft(new Set());
      setTried(false);
      setFromServer(undefined);
    },
  };
}
