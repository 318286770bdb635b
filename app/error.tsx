"use client";

import dynamic from "next/dynamic";

// Every page brings this file along, and hardly any needs what it draws.
const ErrorState = dynamic(() => import("#components/ui/error-state.tsx").then((file) => file.ErrorState), {
  ssr: false,
});

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
