import { readFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface DemoShopOptions {
  /** The site's public id, as its install code names it. */
  siteId: string;
  /** Where PushPilot runs: `APP_URL`. */
  host: string;
  /** 0 (default) picks a free one. */
  port?: number;
  /** What the owner pasted into every page and into the worker file. Default: what the install code would be. */
  pasted?: { snippet: string; serviceWorker: string };
  /** What the owner uploaded as `/pushpilot-worker.js`. Default: the right line. */
  workerFile?: "right" | "missing" | "html" | "plain-text" | "foreign";
  /** The shop has a service worker of its own for the whole site. */
  hasOwnWorker?: boolean;
}

/** A shop on an origin of its own that has PushPilot's snippet pasted into its pages. */
export interface DemoShop extends AsyncDisposable {
  /** `http://localhost:PORT`, which browsers treat as secure. */
  origin: string;
  /** Changes what the owner uploaded or pasted, from the next request on. */
  change(options: Partial<DemoShopOptions>): void;
  /** Paths that were asked for, oldest first. */
  requests: readonly string[];
  close(): Promise<void>;
}

type Reply = { type: string; body: string; status?: number };

/**
 * Serves the shop: `/`, `/sale` and `/cart` carry the snippet, `/pushpilot-worker.js` is the worker file. Its content
 * security policy allows PushPilot's host and no inline script or style.
 */
export async function startDemoShop(initial: DemoShopOptions): Promise<DemoShop> {
  const options: DemoShopOptions = { workerFile: "right", hasOwnWorker: false, ...initial };
  const requests: string[] = [];

  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://shop");
    requests.push(pathname);
    const { status = 200, type, body } = answer(pathname, options);
    response.writeHead(status, {
      "content-type": type,
      "cache-control": "no-cache",
      "content-security-policy": `default-src 'self'; script-src 'self' ${options.host}; connect-src 'self' ${options.host}; img-src 'self' https: http:`,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "localhost", resolve));

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    change: (changes) => void Object.assign(options, changes),
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answer(pathname: string, options: DemoShopOptions): Reply {
  const title = titles[pathname];
  if (title) return { type: "text/html; charset=utf-8", body: shopPage(title, options) };
  if (pathname === "/pushpilot-worker.js") return workerFile(options);
  if (pathname === "/shop.css") return { type: "text/css", body: shopStyle };
  if (pathname === "/shop.js") return { type: "text/javascript", body: 'navigator.serviceWorker.register("/sw.js");' };
  if (pathname === "/sw.js") return { type: "text/javascript", body: ownWorker };
  return { status: 404, type: "text/html", body: "<h1>Not found</h1>" };
}

const titles: Record<string, string> = { "/": "Kettle & Cup", "/sale": "Sale – Kettle & Cup", "/cart": "Your cart" };

function shopPage(title: string, { siteId, host, pasted, hasOwnWorker }: DemoShopOptions): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>${title}</title>
  <link rel="stylesheet" href="/shop.css">
  ${hasOwnWorker ? '<script src="/shop.js" defer></script>' : ""}
  ${pasted?.snippet ?? `<script src="${host}/sdk.js" data-site="${siteId}" defer></script>`}
</head>
<body>
  <header><a href="/">Kettle &amp; Cup</a> <nav><a href="/sale">Sale</a> <a href="/cart">Cart</a></nav></header>
  <main>
    <h1>${title}</h1>
    <ul>
      <li><b>Stovetop kettle</b> <span>€ 39</span> <button>Add</button></li>
      <li><b>Hand-thrown cup</b> <span>€ 14</span> <button>Add</button></li>
      <li><b>Green tea, 100 g</b> <span>€ 9</span> <button>Add</button></li>
    </ul>
  </main>
</body>
</html>`;
}

const shopStyle = `body{margin:0;font:17px/1.5 system-ui;color:#2a2522;background:#faf6f1}
header{display:flex;justify-content:space-between;padding:16px 32px;background:#fff}
main{max-width:720px;margin:48px auto;padding:0 24px}li{display:flex;gap:16px;padding:14px 0;border-bottom:1px solid #e6ddd2}
b{flex:1}button{font:inherit}`;

/** A site's own worker, as a shop might have for offline use. */
const ownWorker = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", () => {});`;

function workerFile({ workerFile, host, pasted }: DemoShopOptions): Reply {
  const line = pasted?.serviceWorker ?? `importScripts("${host}/sdk-worker.js");`;
  switch (workerFile) {
    case "missing":
      return { status: 404, type: "text/html", body: "<h1>Not found</h1>" };
    case "html":
      return { type: "text/html", body: "<h1>Kettle &amp; Cup</h1>" };
    case "plain-text":
      return { type: "text/plain", body: line };
    case "foreign":
      return { type: "text/javascript", body: ownWorker };
    default:
      return { type: "text/javascript", body: line };
  }
}

/** The SDK's files as they ship, for a stand-in of PushPilot's host. */
export async function readSdkFile(name: "sdk.js" | "sdk-worker.js"): Promise<string> {
  return await readFile(new URL(`../../public/${name}`, import.meta.url), "utf8");
}
