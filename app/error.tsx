"use client";

import { ErrorState } from "#components/ui/error-state.tsx";

/** Shown in place of a page that threw. The digest is the error's number in the logs; its text never leaves the server. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="grid min-h-[70dvh] place-items-center">
      <ErrorState retry={retry} reference={digestOf(error)} />
    </main>
  );
}

function digestOf(error: unknown): string | undefined {
  if (typeof error === "object" && error !== null && "digest" in error && typeof error.digest === "string") {
    return error.digest;
  }
  return undefined;
}
