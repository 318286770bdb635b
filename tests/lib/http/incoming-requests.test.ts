import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodableTarget, prepareIncomingRequests } from "#lib/http/incoming-requests.ts";

let seen: IncomingMessage;
const server = createServer((incoming, response) => {
  seen = incoming;
  response.end();
});
beforeAll(async () => {
  // Twice, as a hot reload would.
  prepareIncomingRequests();
  prepareIncomingRequests();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => server.close());

function send(path: string, headers: Record<string, string> = {}): Promise<void> {
  const { port } = server.address() as AddressInfo;
  return new Promise((done, failed) => {
    const sent = request({ port, host: "127.0.0.1", path, headers }, (response) => response.resume().on("end", done));
    sent.on("error", failed).end();
  });
}

test("the list of forwarded addresses ends with the socket's, whatever the caller wrote", async () => {
  await send("/");
  expect(seen.headers["x-forwarded-for"]).toBe("127.0.0.1");
  await send("/", { "x-forwarded-for": "8.8.8.8, 9.9.9.9" });
  expect(seen.headers["x-forwarded-for"]).toBe("8.8.8.8, 9.9.9.9, 127.0.0.1");
});

test("a path whose percent-encoding is broken is taken as it stands", async () => {
  await send("/api/v1/sites/%E0%A4%A?search=%zz");
  expect(seen.url).toBe("/api/v1/sites/%25E0%25A4%25A?search=%zz");
  for (const target of ["/", "/a%20b", "/%E2%82%AC?x=%", "/a?b?c"]) expect(decodableTarget(target)).toBe(target);
});
