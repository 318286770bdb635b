import { importFields } from "./fields.ts";
import type { ImportMapping } from "./schema.ts";

/** Names that exports of others give to what we know, in lower case and letters only. */
const known: Record<string, string[]> = {
  externalId: [
    "externalid",
    "externaluserid",
    "userid",
    "customerid",
    "contactid",
    "memberid",
    "subscriberid",
    "id",
    "uid",
  ],
  name: ["name", "fullname", "displayname", "customername"],
  phone: [
    "phone",
    "phonenumber",
    "mobile",
    "mobilenumber",
    "mobilephone",
    "whatsapp",
    "whatsappnumber",
    "msisdn",
    "tel",
    "telephone",
    "handynummer",
    "telefon",
  ],
  locale: ["locale", "language", "lang"],
  timezone: ["timezone", "timezoneid", "tz"],
  country: ["country", "countrycode"],
  tags: ["tags", "tag", "labels"],
  groups: ["groups", "group", "lists", "list"],
  consent: [
    "consent",
    "optin",
    "optedin",
    "subscribed",
    "acceptsmarketing",
    "marketingconsent",
    "newsletter",
    "isactive",
  ],
  subscribedAt: ["subscribedat", "createdat", "signupdate", "subscriptiondate", "created"],
  endpoint: ["endpoint", "pushendpoint", "subscriptionendpoint"],
  p256dh: ["p256dh", "keysp256dh", "webpushp256dh", "webpushp256"],
  auth: ["auth", "keysauth", "webpushauth", "authsecret"],
  vapidPublicKey: ["vapidpublickey", "applicationserverkey", "vapidkey"],
  browser: ["browser"],
  os: ["os", "operatingsystem", "platform"],
};

/** Columns of our own exports and reports that say nothing about a person. */
const ours = new Set(["subscriberid", "lastseenat", "channel", "site", "status", "row", "problem"]);

/** What columns probably are, by their names. What is not known becomes an attribute of that name, if it can be one. */
export function guessMapping(columns: string[], siteId: string | null, defaultCountry: string | null): ImportMapping {
  const taken = new Set<string>();
  const guessed: Record<string, string> = {};
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  for (const field of importFields) {
    const column = known[field]
      ?.map((name) => columns.find((each) => plain(each) === name && guessed[each] === undefined))
      .find((each) => each !== undefined);
    if (column !== undefined) guessed[column] = field;
  }
  for (const column of columns) {
    const key = attributeKey(column);
    if (guessed[column] !== undefined || key === undefined || taken.has(key) || ours.has(plain(column))) continue;
    taken.add(key);
    guessed[column] = `attribute.${key}`;
  }
  return { columns: guessed, tags: [], siteId, defaultCountry };
}

/** `Favourite colour` becomes `favourite_colour`; `attribute.plan` of our own export becomes `plan` again. */
function attributeKey(column: string): string | undefined {
  const key = column
    .replace(/^attribute\./, "")
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 64);
  const kept = /[A-Z]/.test(key) && column.startsWith("attribute.") ? key : key.toLowerCase();
  return /^[A-Za-z]/.test(kept) ? kept : undefined;
}
