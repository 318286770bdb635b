import type { LookupAddress } from "node:dns";
import { lookup as resolveByDns } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

const resolveBySystem: Resolve = (hostname) => resolveByDns(hostname, { all: true });

/** The host has an address outside the public internet, so nothing was connected. */
export class AddressRefused extends Error {
  readonly code = "EADDRREFUSED";

  constructor(hostname: string) {
    super(`${hostname} does not have a public address.`);
    this.name = "AddressRefused";
  }
}

/**
 * A `lookup` for `net`, `tls` and `http` that checks every address at the moment of connecting. What it hands over is
 * what the socket dials, so a name that changes its answer between check and use (DNS rebinding) gains nothing. One
 * private address among public ones refuses the name.
 *
 * Node does not call `lookup` for IP literals: check those with `refusePrivateLiteral`.
 */
export function checkedLookup(resolve: Resolve = resolveBySystem): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
          done(new AddressRefused(hostname), "");
        } else if (options.all) {
          done(null, addresses);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => done(error, ""),
    );
  };
}

/** @throws AddressRefused when the URL's host is itself an IP address and not a public one */
export function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused(host);
}
