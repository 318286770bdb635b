import { expect, test } from "vitest";

process.env.TRUSTED_PROXY_HOPS = "2";
const { clientAddress } = await import("#lib/http/client-address.ts");

const from = (header: string) => clientAddress(new Request("http://x", { headers: { "x-forwarded-for": header } }));

test("behind two trusted proxies the address that the outer one saw counts, and nothing left of it", () => {
  expect(from("203.0.113.7, 10.0.0.2, 10.0.0.1")).toBe("203.0.113.7");
  expect(from("6.6.6.6, 203.0.113.7, 10.0.0.2, 10.0.0.1")).toBe("203.0.113.7");
});

test("a list that is too short gives its first", () => {
  expect(from("10.0.0.1")).toBe("10.0.0.1");
});
