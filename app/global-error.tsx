"use client";

import errors from "#lib/i18n/messages/en/errors.json" with { type: "json" };
import "./globals.css";

/** The last resort, when the root layout itself failed: no messages, theme or fonts to rely on. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>{errors.title}</title>
        <main className="mx-auto grid min-h-dvh max-w-md content-center justify-items-center gap-3 p-6 text-center">
          <h1 className="text-lg font-semibold">{errors.title}</h1>
          <p className="text-muted-foreground">{errors.text}</p>
          <button
            type="button"
            onClick={() => retry()}
            className="h-8 rounded-md bg-primary px-3 font-medium text-primary-foreground hover:bg-primary-hover"
          >
            {errors.retry}
          </button>
        </main>
      </body>
    </html>
  );
}
