"use client";

import { ErrorState } from "#components/ui/error-state.tsx";

export default function TemplatesError({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorState retry={retry} reference={digestOf(error)} />;
}

/** The error's number in the logs. */
function digestOf(error: unknown): string | undefined {
  const digest: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "digest") : undefined;
  return typeof digest === "string" ? digest : undefined;
}
