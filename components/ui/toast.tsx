"use client";

import { useEffect, useSyncExternalStore } from "react";

export type Toast = {
  tone: "success" | "error" | "info";
  /** null: something could not be loaded; whoever draws it has the words. */
  title: string | null;
  description?: string | undefined;
  undo?: { label: string; run: () => void } | undefined;
};

type More = { description?: string; undo?: { label: string; run: () => void } };

/** A short word on what just happened. Errors stay longer; `undo` puts it back. */
export const toast = {
  success: (title: string, more: More = {}) => send({ tone: "success", title, ...more }),
  error: (title: string, more: More = {}) => send({ tone: "error", title, ...more }),
  info: (title: string, more: More = {}) => send({ tone: "info", title, ...more }),
  /** A part of the page could not be fetched. */
  notLoaded: () => send({ tone: "error", title: null }),
};

type Drawer = typeof import("./toaster.tsx")["Toaster"];

// Toasts wait here until the code that draws them is loaded: soon after the page is there, or by the first one.
let waiting: Toast[] = [];
let draw: ((toast: Toast) => void) | null = null;
let drawer: Drawer | null = null;
const listeners = new Set<() => void>();

function send(next: Toast): void {
  if (draw) {
    draw(next);
    return;
  }
  waiting.push(next);
  loadDrawer();
}

function loadDrawer(): void {
  import("./toaster.tsx").then(
    (file) => {
      drawer = file.Toaster;
      for (const tell of listeners) tell();
    },
    // The next toast asks again; those that wait, wait for it.
    () => {},
  );
}

/** Called by the drawer once it is there. */
function take(show: (toast: Toast) => void): () => void {
  draw = show;
  for (const one of waiting) show(one);
  waiting = [];
  return () => {
    draw = null;
  };
}

/** Where toasts appear. Once, in the root layout. */
export function Toaster({ direction }: { direction: "ltr" | "rtl" }) {
  const Drawer = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => drawer,
    () => null,
  );
  // Once the page is quiet: what there is to tell may be that the network is gone.
  useEffect(() => {
    const timer = setTimeout(loadDrawer, 2_000);
    return () => clearTimeout(timer);
  }, []);
  return Drawer && <Drawer direction={direction} take={take} />;
}
