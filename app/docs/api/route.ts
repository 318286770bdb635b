/** The API's description for people: Scalar's viewer, served from here, which asks nobody else for anything. */
export function GET(request: Request): Response {
  // Set by proxy.ts for every page, and overwritten there when a caller sends one.
  const nonce = /^[0-9a-f]{32}$/.exec(request.headers.get("x-nonce") ?? "")?.[0] ?? "";
  const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>PushPilot API</title>
  </head>
  <body>
    <div id="api"></div>
    <noscript>The API is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</noscript>
    <script nonce="${nonce}" src="/docs/api/scalar.js"></script>
    <script nonce="${nonce}">Scalar.createApiReference("#api", ${JSON.stringify(viewer)});</script>
  </body>
</html>`;
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

/** No fonts, no telemetry, no proxy and no assistant of Scalar's: those would ask its servers. */
const viewer = {
  url: "/api/v1/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
  customCss: ":root { --scalar-font: system-ui, sans-serif; --scalar-font-code: ui-monospace, monospace; }",
};
