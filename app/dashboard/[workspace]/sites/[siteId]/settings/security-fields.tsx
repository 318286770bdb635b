"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { FieldsProps } from "./general-fields.tsx";
import { missingOrigin, type SettingsSite } from "./settings-draft.ts";

const maxOrigins = 20;

/** Which pages may subscribe visitors, and the site's keys. */
export function SecurityFields({
  draft,
  errors,
  change,
  site,
  mayChange,
}: FieldsProps & { site: SettingsSite; mayChange: boolean }) {
  const t = useTranslations("sites.settings");
  return (
    <>
      <Origins draft={draft} errors={errors} change={change} mayChange={mayChange} />
      <Field label={t("vapidSubject")} hint={t("vapidSubjectHint")} error={errors.vapidSubject}>
        <Input
          dir="ltr"
          spellCheck={false}
          value={draft.vapidSubject}
          onChange={(event) => change({ ...draft, vapidSubject: event.target.value })}
        />
      </Field>
      <Switch
        label={t("signedIdentity")}
        description={t("signedIdentityHint")}
        checked={draft.signedIdentity}
        disabled={!mayChange}
        onCheckedChange={(signedIdentity) => change({ ...draft, signedIdentity })}
      />
      {site.identitySecret && (
        <Field label={t("identityKey")} hint={t("identityKeyHint")}>
          <Input
            readOnly
            dir="ltr"
            type="password"
            autoComplete="off"
            className="font-mono text-sm md:text-sm"
            value={site.identitySecret}
            suffix={<CopyButton text={site.identitySecret} label={t("copyIdentityKey")} />}
          />
        </Field>
      )}
      <Field label={t("publicKey")} hint={t("publicKeyHint")}>
        <Input
          readOnly
          dir="ltr"
          className="font-mono text-sm md:text-sm"
          value={site.vapidPublicKey}
          suffix={<CopyButton text={site.vapidPublicKey} label={t("copyKey")} />}
        />
      </Field>
      <Field label={t("siteId")}>
        <Input
          readOnly
          dir="ltr"
          className="font-mono text-sm md:text-sm"
          value={site.id}
          suffix={<CopyButton text={site.id} label={t("copyId")} />}
        />
      </Field>
    </>
  );
}

function Origins({ draft, errors, change, mayChange }: FieldsProps & { mayChange: boolean }) {
  const t = useTranslations("sites.settings");
  const { allowedOrigins } = draft;
  const missing = missingOrigin(draft);
  const set = (next: string[]) => change({ ...draft, allowedOrigins: next });
  return (
    <div id="origins" className="grid scroll-mt-20 gap-2">
      <p className="font-medium" id="origins-label">
        {t("origins")}
      </p>
      <ul aria-labelledby="origins-label" className="grid gap-2">
        {allowedOrigins.map((origin, index) => (
          <li key={index}>
            <Field
              label={t("originNumber", { number: index + 1 })}
              hideLabel
              error={errors[`allowedOrigins.${index}`] ?? (index === 0 ? errors.allowedOrigins : undefined)}
            >
              <div className="flex items-center gap-2">
                <div className="flex-1">
                  <Input
                    type="url"
                    dir="ltr"
                    placeholder="https://shop.example"
                    value={origin}
                    onChange={(event) => set(allowedOrigins.with(index, event.target.value))}
                  />
                </div>
                {mayChange && (
                  <Button
                    variant="ghost"
                    size="icon"
                    aria-label={t("originRemove", { origin })}
                    disabled={allowedOrigins.length === 1}
                    onClick={() => set(allowedOrigins.toSpliced(index, 1))}
                  >
                    <X aria-hidden="true" />
                  </Button>
                )}
              </div>
            </Field>
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted-foreground">{t("originsHint")}</p>
      {mayChange && allowedOrigins.length < maxOrigins && (
        <Button size="sm" className="justify-self-start" onClick={() => set([...allowedOrigins, missing ?? ""])}>
          <Plus aria-hidden="true" />
          {missing ? `${t("originAdd")}: ${missing}` : t("originAdd")}
        </Button>
      )}
    </div>
  );
}
