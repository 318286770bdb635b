import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";
import { legacyPaths } from "./lib/http/legacy-paths.ts";
import { securityHeaders } from "./lib/http/security-headers.ts";

const everyAnswer = Object.entries(securityHeaders).map(([key, value]) => ({ key, value }));

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  // `npm test` checks the types of everything, tests included; a start must not depend on tests, nor wait for them.
  typescript: { ignoreBuildErrors: true },
  // Server actions that get no answer: see there.
  turbopack: { resolveAlias: { "next/dist/client/app-call-server": "./components/forms/call-server.ts" } },
  experimental: { optimizePackageImports: ["radix-ui"] },
  rewrites: async () => [...legacyPaths],
  headers: async () => [{ source: "/:path*", headers: everyAnswer }],
};

export default createNextIntlPlugin("./lib/i18n/request.ts")(config);
