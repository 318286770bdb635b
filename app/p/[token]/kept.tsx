import { useTranslations } from "next-intl";
import { Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { PersonView } from "#lib/privacy/schema.ts";
import { readablePhone } from "#lib/subscribers/phone.ts";

/** Everything that is kept of the person, in words. */
export function Kept({ view }: { view: PersonView }) {
  const t = useTranslations("preferences.kept");
  const words = (value: PersonView["attributes"][string]) =>
    typeof value === "boolean" ? t(value ? "yes" : "no") : String(value);
  const facts = [
    ["name", view.name],
    ["externalId", view.externalId],
    ["locale", view.locale],
    ["timezone", view.timezone?.replaceAll("_", " ")],
    ["country", view.country],
    ["phoneNumber", view.phone && readablePhone(view.phone)],
    ["tags", view.tags.join(", ")],
  ] as const;
  return (
    <section className="grid gap-4" aria-labelledby="kept">
      <h2 id="kept" className="text-base font-semibold">
        {t("title")}
      </h2>
      <Facts
        facts={[
          ...facts.flatMap(([key, value]) => (value ? [{ label: t(key), value }] : [])),
          ...Object.entries(view.attributes).map(([key, value]) => ({ label: key, value: words(value) })),
          { label: t("messages"), value: t("messagesCount", { count: view.messages }) },
          { label: t("events"), value: t("eventsCount", { count: view.events }) },
        ]}
      />
      {view.devices.length > 0 && (
        <div className="grid gap-1.5">
          <h3 className="font-medium">{t("devices")}</h3>
          <ul className="grid gap-1 text-muted-foreground">
            {view.devices.map(({ id, channel, browser, os, siteName, isActive, createdAt }) => (
              <li key={id}>
                {channel === "whatsapp" ? t("phone") : t("device", { browser: browser ?? t("browser"), os: os ?? "–" })}
                {siteName && ` · ${siteName}`} · {t(isActive ? "since" : "ended")} <Time at={createdAt} look="exact" />
              </li>
            ))}
          </ul>
        </div>
      )}
      {view.consents.length > 0 && (
        <div className="grid gap-1.5">
          <h3 className="font-medium">{t("consents")}</h3>
          <ul className="grid gap-1 text-muted-foreground">
            {view.consents.map(({ kind, page, createdAt }) => (
              <li key={`${kind} ${createdAt.toISOString()}`} className="break-words">
                {t(kind === "granted" ? "granted" : "withdrawn")} <Time at={createdAt} look="exact" />
                {page && ` · ${page}`}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
