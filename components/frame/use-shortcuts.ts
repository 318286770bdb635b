"use client";

import { useEffect } from "react";

const lettersKey = "shortcut-letters";
const sequenceMs = 1200;

/** Whether shortcuts of a single letter work: WCAG 2.1.4 asks that they can be turned off. */
export function lettersOn(): boolean {
  return localStorage.getItem(lettersKey) !== "off";
}

export function setLetters(on: boolean): void {
  localStorage.setItem(lettersKey, on ? "on" : "off");
}

/**
 * Runs an action on its keys, wherever the focus is but in a text control or an open dialog. Keys are written "mod+k" (⌘ on a
 * Mac, Ctrl elsewhere), "?" or "g c" (one after the other). Combinations with mod work in text controls too.
 */
export function useShortcuts(actions: Record<string, () => void>): void {
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const key = event.key.toLowerCase();
      if (event.metaKey || event.ctrlKey) {
        run(actions[`mod+${key}`], event);
        return;
      }
      if (isTyping(event.target) || document.querySelector("[role=dialog],[role=alertdialog],[role=menu]")) return;
      if (!lettersOn()) return;
      const sequence = first && event.timeStamp - first.at < sequenceMs ? actions[`${first.key} ${key}`] : undefined;
      first = sequence ? null : { key, at: event.timeStamp };
      run(sequence ?? actions[key], event);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [actions]);
}

function run(action: (() => void) | undefined, event: KeyboardEvent): void {
  if (!action) return;
  event.preventDefault();
  action();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input, textarea, select, [role=textbox], [role=combobox], [role=listbox]"))
  );
}
