import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface FeedServer {
  url: string;
  /** For EGRESS_ALLOW. */
  host: string;
  /** What was asked for, in order. */
  requests: { path: string; headers: Record<string, string | string[] | undefined> }[];
  answer: (path: string, listener: RequestListener) => void;
  close: () => void;
}

/** Serves feeds and pages on loopback, where the product may read them for this test. */
export async function startFeedServer(): Promise<FeedServer> {
  const listeners = new Map<string, RequestListener>();
  const requests: FeedServer["requests"] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    const listener = listeners.get(path);
    if (listener) listener(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  process.env.EGRESS_ALLOW = [process.env.EGRESS_ALLOW, host].filter(Boolean).join(",");
  return {
    url: `http://${host}`,
    host,
    requests,
    answer: (path, listener) => void listeners.set(path, listener),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface TestItem {
  guid?: string;
  title?: string;
  link?: string;
  description?: string;
  more?: string;
}

/** An RSS 2.0 document. */
export function rss(items: TestItem[], title = "Shop news"): string {
  const body = items.map(
    ({ guid, title: name = "News", link, description, more = "" }) =>
      `<item><title>${name}</title>${guid === undefined ? "" : `<guid isPermaLink="false">${guid}</guid>`}${
        link === undefined ? "" : `<link>${link}</link>`
      }${description === undefined ? "" : `<description>${description}</description>`}${more}</item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>${title}</title><link>https://shop.example</link>${body.join("")}</channel></rss>`;
}
