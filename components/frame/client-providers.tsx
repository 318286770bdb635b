"use client";

import { ThemeProvider } from "next-themes";
import { Direction } from "radix-ui";
import { type ReactNode, useEffect } from "react";
import { Toaster } from "#components/ui/toast.tsx";
import { timeZoneCookie } from "#lib/i18n/locales.ts";
import { rememberFor } from "./remember.ts";

/** The half of `Providers` that lives in the browser. */
export function ClientProviders({
  direction,
  nonce,
  children,
}: {
  direction: "ltr" | "rtl";
  nonce: string | undefined;
  children: ReactNode;
}) {
  useEffect(() => {
    rememberFor("1y", timeZoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone);
  }, []);

  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce && { nonce })}
    >
      <Direction.Provider dir={direction}>{children}</Direction.Provider>
      <Toaster direction={direction} />
    </ThemeProvider>
  );
}
