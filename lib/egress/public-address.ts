import ipaddr from "ipaddr.js";

/** Global unicast: everything outside is special, whatever its name (RFC 4291 section 2.4). */
const globalUnicast = ipaddr.IPv6.parse("2000::");

/**
 * Whether an IP address is on the public internet. False for every range that the IANA special-purpose registries
 * list (RFC 6890 and successors): private, loopback, link-local, shared, documentation, multicast and reserved, and
 * for the IPv6 forms that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo), since a gateway may unwrap them.
 * False for what is no address at all.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast, 3);
}
