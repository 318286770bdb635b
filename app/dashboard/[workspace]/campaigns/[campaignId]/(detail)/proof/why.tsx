import { Search } from "lucide-react";
import Form from "next/form";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Time } from "#components/ui/time.tsx";
import { explain } from "#lib/analytics/explain.ts";
import type { Explanation } from "#lib/analytics/schema.ts";
import type { Context } from "#lib/context.ts";
import { SubscriberFilter } from "#lib/subscribers/schema.ts";
import { listSubscribers } from "#lib/subscribers/subscribers.ts";
import { reasonKey } from "../reasons.ts";

/** A few people are enough: who finds more says more of the name. */
const maxPeople = 5;

/** "Why did, or didn't, this person get it?" – answered from the ledger, device by device. */
export async function Why({
  ctx,
  campaignId,
  base,
  search,
}: {
  ctx: Context;
  campaignId: string;
  base: string;
  /** Name, external id or id, as typed; empty before anybody asked. */
  search: string;
}) {
  const t = await getTranslations("campaigns.proof");
  const people =
    search === "" ? [] : (await listSubscribers(ctx, SubscriberFilter.parse({ search, pageSize: maxPeople }))).data;
  const answers = await Promise.all(people.map(({ id }) => explain(ctx, campaignId, id)));
  return (
    <Card title={t("whyTitle")} description={t("whyDescription")}>
      <Form action="" className="flex items-end gap-2">
        <div className="flex-1">
          <Field label={t("whyLabel")} hint={t("whyHint")}>
            <Input name="q" defaultValue={search} maxLength={200} required />
          </Field>
        </div>
        <Button type="submit" className="mb-6">
          <Search aria-hidden="true" />
          {t("whyAction")}
        </Button>
      </Form>
      <div aria-live="polite" className="grid gap-4">
        {search !== "" && people.length === 0 && <p className="text-muted-foreground">{t("whyNobody", { search })}</p>}
        {people.map((person, index) => (
          <section key={person.id} className="grid gap-2">
            <h3 className="font-medium">
              <Link href={`${base}/subscribers/${person.id}`} className="text-primary-text hover:underline">
                {person.name ?? person.externalId ?? t("anonymous", { id: person.id.slice(-6) })}
              </Link>
            </h3>
            <Devices answer={answers[index]} />
          </section>
        ))}
      </div>
    </Card>
  );
}

async function Devices({ answer }: { answer: Explanation | undefined }) {
  const [t, tReason] = await Promise.all([getTranslations("campaigns.proof"), getTranslations("campaigns.reasons")]);
  if (!answer || answer.devices.length === 0) return <p className="text-muted-foreground">{t("noDevices")}</p>;
  return (
    <ul className="grid gap-2">
      {answer.devices.map((device) => (
        <li key={device.subscriptionId} className="rounded-md border border-border px-3 py-2">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-medium">{t(`codes.${device.code}.title`)}</span>
            <Badge>
              {device.browser && device.os
                ? t("device", { browser: device.browser, os: device.os })
                : t("unknownDevice")}
            </Badge>
          </div>
          <p className="text-sm text-muted-foreground">
            {device.message?.reason
              ? tReason(`${reasonKey(device.message.reason)}.text`)
              : t(`codes.${device.code}.text`)}{" "}
            {device.at && <Time at={device.at} />}
          </p>
        </li>
      ))}
    </ul>
  );
}
