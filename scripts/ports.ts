import { createServer } from "node:net";

/**
 * Whether nothing listens on that port.
 *
 * @param host an address; null: any of this machine's
 */
export function isFreePort(port: number, host: string | null = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: host ?? undefined, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port of the loopback address, chosen by the system. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const port = address && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
