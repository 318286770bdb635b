"use client";

import { CircleCheck, Globe } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { ImageUrlField } from "#components/content/image-url-field.tsx";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { TimeZoneField } from "#components/forms/time-zone-field.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { createSiteAction } from "../actions.ts";
import { useSiteGuess } from "./use-site-guess.ts";

/** Asks for the address; the rest is filled in and stays as soon as somebody changed it. */
export function NewSiteForm({ workspaceId, base }: { workspaceId: string; base: string }) {
  const t = useTranslations("sites.add");
  const router = useRouter();
  const formRef = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState({ url: "", name: "", iconUrl: "", timezone: "UTC" });
  const [own, setOwn] = useState({ name: false, iconUrl: false });
  const [pending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string>();
  const fields = useFieldErrors({}, draft);
  const { looking, guessed } = useSiteGuess(workspaceId, draft.url);
  const found = guessed?.result.ok ? guessed.result.data : undefined;

  // Known in the browser only, so after the first render.
  useEffect(() => {
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    setDraft((before) => ({ ...before, timezone }));
  }, []);

  useEffect(() => {
    if (!found) return;
    setDraft((before) => ({
      ...before,
      name: own.name ? before.name : found.name,
      iconUrl: own.iconUrl ? before.iconUrl : (found.iconUrl ?? ""),
    }));
  }, [found, own]);

  const url = found?.url ?? withScheme(draft.url.trim());
  const isPlainHttp = /^http:\/\/(?!localhost|127\.0\.0\.1|\[::1\])/i.test(url);
  const addressFault = guessed?.result.ok === false ? [guessed.result.message] : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    startTransition(async () => {
      const { name, iconUrl, timezone } = draft;
      const settings = { timezone, ...(iconUrl.trim() && { iconUrl: iconUrl.trim() }) };
      const result = await createSiteAction(workspaceId, { url, name: name.trim() || hostOf(url), settings });
      if (result.ok) {
        router.push(`${base}/sites/${result.data.id}/install`);
        return;
      }
      fields.showServers(result.fields);
      setProblem(result.fields ? undefined : result.message);
      requestAnimationFrame(() => formRef.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    });
  };

  return (
    <form ref={formRef} onSubmit={submit} noValidate className="grid content-start gap-5">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <Field label={t("url")} hint={t("urlHint")} error={fields.errors.url ?? addressFault} required>
        <Input
          name="url"
          inputMode="url"
          autoComplete="url"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          autoFocus
          value={draft.url}
          placeholder={t("urlPlaceholder")}
          prefix={<Globe aria-hidden="true" />}
          suffix={looking ? <Spinner className="me-1" /> : undefined}
          onChange={(event) => setDraft({ ...draft, url: event.target.value })}
        />
      </Field>
      <div role="status" className="-mt-3 empty:hidden">
        {looking && <p className="text-sm text-muted-foreground">{t("looking")}</p>}
        {found?.reachable && (
          <p className="flex items-center gap-1.5 text-sm text-success">
            <CircleCheck className="size-4" aria-hidden="true" />
            {t("found")}
          </p>
        )}
        {found && !found.reachable && (
          <Callout tone="warning" title={t("unreachable")}>
            {t("unreachableText", { problem: problemOf(found.problem) })}
          </Callout>
        )}
      </div>
      {isPlainHttp && <Callout tone="warning">{t("http")}</Callout>}
      <Field label={t("name")} hint={t("nameHint")} error={fields.errors.name} required>
        <Input
          name="name"
          value={draft.name}
          onChange={(event) => {
            setOwn({ ...own, name: event.target.value !== "" });
            setDraft({ ...draft, name: event.target.value });
          }}
        />
      </Field>
      <ImageUrlField
        label={t("icon")}
        hint={t("iconHint")}
        value={draft.iconUrl}
        error={fields.errors["settings.iconUrl"]}
        onValueChange={(iconUrl) => {
          setOwn({ ...own, iconUrl: true });
          setDraft({ ...draft, iconUrl });
        }}
      />
      <TimeZoneField
        label={t("timeZone")}
        hint={t("timeZoneHint")}
        value={draft.timezone}
        error={fields.errors["settings.timezone"]}
        onValueChange={(timezone) => setDraft({ ...draft, timezone })}
      />
      <SubmitButton pending={pending} disabled={draft.url.trim() === ""} className="justify-self-start">
        {t("submit")}
      </SubmitButton>
    </form>
  );
}

function withScheme(typed: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** The reason alone: that one can go on is said in the reader's language. */
function problemOf(problem: string | null): string {
  return (problem ?? "").replace(" You can go on all the same.", "");
}
