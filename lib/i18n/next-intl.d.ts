import type { Locale } from "./locales.ts";
import type { Messages } from "./messages.ts";

// Makes every `t("…")` a checked name: a key that no message file has does not compile.
declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
