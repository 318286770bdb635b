"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import type { FieldErrors } from "#lib/errors.ts";

/**
 * Which of a form's errors to show: those of fields that were left, all once somebody tried to send it, and the
 * server's until the value they were about changes.
 *
 * @param found everything wrong with the present value, by field
 * @param value the present value, to tell when the server's word is out of date
 */
export function useFieldErrors(found: FieldErrors, value: unknown) {
  const whenReleased = useWhenReleased();
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
    leave: (field: string) =>
      whenReleased(() => setLeft((before) => (before.has(field) ? before : new Set(before).add(field)))),
    /** Other fields are on the screen under the same names. */
    forget: () => {
      setLeft(new Set());
      setTried(false);
    },
    showAll: () => setTried(true),
    showServers: (errors: FieldErrors | undefined) => setFromServer(errors && { errors, about: value }),
    reset: () => {
      setLeft(new Set());
      setTried(false);
      setFromServer(undefined);
    },
  };
}

/**
 * Runs something at once, or while a pointer is down once it is up again: a press on a button takes the focus from a field
 * before it is a click, and an error that appeared meanwhile would push the button from under the pointer.
 */
function useWhenReleased(): (run: () => void) => void {
  const press = useRef({ isDown: false, waiting: [] as (() => void)[] });
  useEffect(() => {
    const { current } = press;
    const onDown = () => {
      current.isDown = true;
    };
    // The click comes right after.
    const onUp = () =>
      setTimeout(() => {
        current.isDown = false;
        for (const run of current.waiting.splice(0)) run();
      });
    addEventListener("pointerdown", onDown, true);
    addEventListener("pointerup", onUp, true);
    addEventListener("pointercancel", onUp, true);
    return () => {
      removeEventListener("pointerdown", onDown, true);
      removeEventListener("pointerup", onUp, true);
      removeEventListener("pointercancel", onUp, true);
    };
  }, []);
  return (run) => {
    if (press.current.isDown) press.current.waiting.push(run);
    else run();
  };
}
