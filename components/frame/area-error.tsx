"use client";

import type { ReactNode } from "react";
import { ErrorState } from "#components/ui/error-state.tsx";

/** In place of a page that threw, inside the frame. `children` say what is safe in this area. */
export function AreaError({ error, retry, children }: { error: unknown; retry: () => void; children?: ReactNode }) {
  return (
    <ErrorState retry={retry} reference={digestOf(error)}>
      {children}
    </ErrorState>
  );
}

/** The error's number in the logs; its text never leaves the server. */
function digestOf(error: unknown): string | undefined {
  const digest: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "digest") : undefined;
  return typeof digest === "string" ? digest : undefined;
}
