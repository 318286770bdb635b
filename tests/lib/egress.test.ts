import type { LookupAddress } from "node:dns";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, isIP, type Server as TcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EgressFault, fetchPublic, type PublicRequest } from "#lib/egress.ts";

const limits: PublicRequest = { maxBytes: 64 * 1024, deadlineMs: 5_000 };
const strict = { settings: { extraPushHosts: [], allow: [] } };

describe("an address inside the network is never connected", () => {
  let hits = 0;
  let port = 0;
  const canaries: TcpServer[] = [];

  beforeAll(async () => {
    const canary = createTcpServer((socket) => {
      hits += 1;
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    canaries.push(canary);
    port = await listen(canary, "::");
  });
  afterAll(() => canaries.forEach((canary) => void canary.close()));

  const literals = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "0.0.0.0",
    "0",
    "00000000",
    "0x0",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::127.0.0.1]",
    "[100::1]",
    "[2001::1]",
    "[2001:0:7f00:1::]",
    "[2001:2::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
  ];

  test.each(literals)("http://%s", async (host) => {
    await expect(fetchPublic(`http://${host}:${port}/`, limits, strict)).rejects.toMatchObject({
      fault: "address_refused",
    });
    expect(hits).toBe(0);
  });

  test.each(["localhost", "LOCALHOST", "localhost."])(
    "the name %s, whatever the system resolves it to",
    async (host) => {
      const fault = await faultOf(fetchPublic(`http://${host}:${port}/`, limits, strict));
      expect(["address_refused", "dns_failed"]).toContain(fault);
      expect(hits).toBe(0);
    },
  );

  const answers: Record<string, string[]> = {
    "only loopback": ["127.0.0.1"],
    "only IPv6 loopback": ["::1"],
    "a mapped loopback": ["::ffff:127.0.0.1"],
    "loopback after a public address": ["93.184.215.14", "127.0.0.1"],
    "loopback before a public address": ["127.0.0.1", "93.184.215.14"],
    "IPv6 loopback beside a public IPv4 address": ["93.184.215.14", "::1"],
    "the cloud's metadata address": ["169.254.169.254"],
    "a zone id": ["fe80::1%lo"],
    "no address": [],
    "what is no address": ["localhost"],
  };

  test.each(Object.keys(answers))("a name that resolves to %s", async (name) => {
    const resolve = async () => addresses(answers[name] ?? []);
    await expect(fetchPublic(`http://rebind.example:${port}/`, limits, { ...strict, resolve })).rejects.toMatchObject({
      fault: "address_refused",
    });
    expect(hits).toBe(0);
  });

  test("a name that is public when checked and loopback when asked again", async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return addresses(asked === 1 ? ["192.0.9.9"] : ["127.0.0.1"]);
    };
    const request = { ...limits, deadlineMs: 300 };

    const fault = await faultOf(fetchPublic(`http://rebind.example:${port}/`, request, { ...strict, resolve }));

    expect(["timed_out", "network_error"]).toContain(fault);
    expect(asked).toBe(1);
    expect(hits).toBe(0);
  });

  test.each([
    "http://127.0.0.1:CANARY/",
    "//127.0.0.1:CANARY/",
    "http://[::ffff:127.0.0.1]:CANARY/",
    "http://2130706433:CANARY/",
    "http://localhost:CANARY/",
    "https://127.1:CANARY/",
  ])("a redirect to %s", async (location) => {
    await using site = await serve((_request, response) => {
      response.writeHead(302, { location: location.replace("CANARY", String(port)) }).end();
    });
    const options = { settings: { extraPushHosts: [], allow: [site.host] } };

    expect(["address_refused", "dns_failed"]).toContain(await faultOf(fetchPublic(site.url, limits, options)));
    expect(hits).toBe(0);
  });

  test.each([
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "data:text/html,x",
    "javascript:alert(1)",
  ])("a redirect to %s", async (location) => {
    await using site = await serve((_request, response) => response.writeHead(302, { location }).end());
    const options = { settings: { extraPushHosts: [], allow: [site.host] } };

    expect(await faultOf(fetchPublic(site.url, limits, options))).toBe("bad_url");
  });

  test("the canary would have noticed", async () => {
    const options = { settings: { extraPushHosts: [], allow: [`127.0.0.1:${port}`] } };
    const reply = await fetchPublic(`http://127.0.0.1:${port}/`, limits, options);
    expect(reply.status).toBe(200);
    expect(hits).toBe(1);
  });
});

describe("a reply is bounded", () => {
  test("an error status is a reply, not a failure", async () => {
    await using site = await serve((_request, response) => response.writeHead(500).end("broken"));
    const reply = await fetchPublic(site.url, limits, site.options);
    expect(reply).toMatchObject({ status: 500, url: site.url });
    expect(reply.body.toString()).toBe("broken");
  });

  test("in bytes on the wire", async () => {
    await using site = await serve((_request, response) => response.end(Buffer.alloc(64 * 1024 + 1)));
    expect(await faultOf(fetchPublic(site.url, limits, site.options))).toBe("too_large");
  });

  test("to the byte", async () => {
    await using site = await serve((_request, response) => response.end(Buffer.alloc(64 * 1024)));
    expect((await fetchPublic(site.url, limits, site.options)).body.length).toBe(64 * 1024);
  });

  test("in bytes after unpacking", async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    await using site = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    });
    expect(await faultOf(fetchPublic(site.url, limits, site.options))).toBe("too_large");
  });

  test("in time, even when it drips", async () => {
    await using site = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(drip));
    });
    const startedAt = Date.now();
    expect(await faultOf(fetchPublic(site.url, { ...limits, deadlineMs: 300 }, site.options))).toBe("timed_out");
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });

  test("in time, when the name server is silent", async () => {
    const resolve = () => new Promise<LookupAddress[]>(() => {});
    const request = { ...limits, deadlineMs: 200 };
    expect(await faultOf(fetchPublic("http://slow.example/", request, { ...strict, resolve }))).toBe("timed_out");
  });

  test("to what can be unpacked", async () => {
    await using site = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip at all");
    });
    expect(await faultOf(fetchPublic(site.url, limits, site.options))).toBe("bad_reply");
  });

  test("to three redirects", async () => {
    await using site = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.end("arrived");
    });
    expect((await fetchPublic(`${site.url}3`, limits, site.options)).body.toString()).toBe("arrived");
    expect(await faultOf(fetchPublic(`${site.url}4`, limits, site.options))).toBe("too_many_redirects");
  });
});

describe("what is sent", () => {
  test("credentials do not follow a redirect to another origin", async () => {
    const seen: unknown[] = [];
    await using other = await serve((request, response) => {
      seen.push([request.method, request.headers.authorization, request.headers.cookie, request.headers.accept]);
      response.end();
    });
    await using site = await serve((_request, response) => response.writeHead(302, { location: other.url }).end());
    const options = { settings: { extraPushHosts: [], allow: [site.host, other.host] } };

    await fetchPublic(
      site.url,
      { ...limits, headers: { Authorization: "Bearer secret", Cookie: "a=b" }, accept: "text/xml", body: "{}" },
      options,
    );

    expect(seen).toEqual([["GET", undefined, undefined, "text/xml"]]);
  });

  test("a 307 repeats the body", async () => {
    await using site = await serve((request, response) => {
      if (request.url === "/") return response.writeHead(307, { location: "/next" }).end();
      return request.pipe(response);
    });
    const reply = await fetchPublic(site.url, { ...limits, body: "payload" }, site.options);
    expect(reply.body.toString()).toBe("payload");
  });

  test.each(["ftp://host.example/", "not a url", "http://user:password@host.example/", "https://user@host.example/"])(
    "nothing to %s",
    async (address) => {
      expect(await faultOf(fetchPublic(address, limits, strict))).toBe("bad_url");
    },
  );
});

function addresses(list: string[]): LookupAddress[] {
  return list.map((address) => ({ address, family: isIP(address) || 4 }));
}

async function faultOf(fetching: Promise<unknown>): Promise<EgressFault | undefined> {
  const error: unknown = await fetching.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error && "fault" in error ? (error.fault as EgressFault) : undefined;
}

function listen(server: Server | TcpServer, host: string): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

async function serve(listener: RequestListener) {
  const server = createHttpServer(listener);
  const port = await listen(server, "127.0.0.1");
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `http://${host}/`,
    options: { settings: { extraPushHosts: [], allow: [host] } },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
