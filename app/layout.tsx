import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { getLocale } from "next-intl/server";
import { Providers } from "#components/frame/providers.tsx";
import { directionOf } from "#lib/i18n/locales.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "PushPilot", template: "%s · PushPilot" },
  applicationName: "PushPilot",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#101114" },
  ],
};

/** The document: language, direction, fonts, theme. Nothing here knows who is looking. */
export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const locale = await getLocale();
  const direction = directionOf(locale);
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    // The theme's class is set by a script before the first paint, so the server's markup differs on this element.
    <html
      lang={locale}
      dir={direction}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <Providers direction={direction} nonce={nonce}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
