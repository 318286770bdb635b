import "server-only";
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { addressHash, seal } from "#lib/crypto.ts";

/**
 * A phone number in E.164 (`+4915112345678`), or undefined when it is none that can exist.
 *
 * @param country ISO 3166 code for numbers that are written without +
 */
export function readPhone(text: string, country: string | null): string | undefined {
  const code: CountryCode | undefined = country && isSupportedCountry(country) ? country : undefined;
  const number = parsePhoneNumberFromString(text.replace(/^00/, "+"), code);
  return number?.isValid() ? number.number : undefined;
}

/** A number in E.164 as its country writes it for others, `+49 1511 2345678`. */
export function readablePhone(phone: string): string {
  return parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;
}

/** How a phone number is kept in `subscription`: found by hash, opened by its own row only. */
export function phoneAddress(phone: string, workspaceId: string, subscriptionId: string) {
  const place = { table: "subscription", column: "address", workspaceId, rowId: subscriptionId };
  return { hash: Buffer.from(addressHash(phone)), sealed: Buffer.from(seal(JSON.stringify({ phone }), place)) };
}
