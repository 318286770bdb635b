import { NextIntlClientProvider } from "next-intl";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ClientProviders } from "./client-providers.tsx";

/** What every page stands in: messages, theme, direction, URL state, tooltips, toasts. */
export function Providers({
  direction,
  nonce,
  children,
}: {
  direction: "ltr" | "rtl";
  nonce: string | undefined;
  children: ReactNode;
}) {
  return (
    <NextIntlClientProvider>
      <NuqsAdapter>
        <ClientProviders direction={direction} nonce={nonce}>
          {children}
        </ClientProviders>
      </NuqsAdapter>
    </NextIntlClientProvider>
  );
}
