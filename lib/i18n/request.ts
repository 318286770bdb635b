import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { isLocale, localeCookie, negotiateLocale, timeZoneCookie } from "./locales.ts";
import { messagesOf } from "./messages.ts";

/** Language and time zone of one request: the cookies that the person's choice or browser wrote, else the headers. */
export default getRequestConfig(async () => {
  const jar = await cookies();
  const chosen = jar.get(localeCookie)?.value;
  const locale = isLocale(chosen) ? chosen : negotiateLocale((await headers()).get("accept-language"));
  return { locale, messages: messagesOf(locale), timeZone: validZone(jar.get(timeZoneCookie)?.value) };
});

/** A cookie is the visitor's text: anything that `Intl` does not accept becomes UTC. */
function validZone(zone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone ?? "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
