"use client";

import { Languages, Plus, Split, Trash2, X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Popover } from "#components/ui/popover.tsx";
import { maxVariants } from "#lib/campaigns/limits.ts";
import type { FieldErrors } from "#lib/errors.ts";
import {
  type ContentsDraft,
  contentAt,
  localesAt,
  type Place,
  prefixOf,
  withoutVariant,
  withTexts,
  withVariant,
} from "../contents-draft.ts";

type Props = {
  draft: ContentsDraft;
  onChange: (draft: ContentsDraft) => void;
  place: Place;
  onPlace: (place: Place) => void;
  onLeave: (field: string) => void;
  /** Those that may show, with the place in front. */
  errors: FieldErrors;
};

/** Which text is on the screen: the variants and their weights, and the languages of the one that is chosen. */
export function ContentsBar(props: Props) {
  const { draft } = props;
  return (
    <div className="grid gap-3 rounded-lg border border-border p-3">
      {draft.variants.length > 0 && <Variants {...props} />}
      <TextLanguages {...props} />
    </div>
  );
}

const chip =
  "inline-flex h-7 items-center gap-1.5 rounded-md border px-2.5 text-sm font-medium transition-colors pointer-coarse:h-9";
const chipOff = "border-transparent text-muted-foreground hover:bg-accent hover:text-foreground";
const chipOn = "border-border bg-muted text-foreground";

function Chip({
  isOn,
  isWrong,
  onClick,
  children,
}: {
  isOn: boolean;
  isWrong: boolean;
  onClick: () => void;
  children: string;
}) {
  const t = useTranslations("sending.contents");
  return (
    <button type="button" aria-pressed={isOn} onClick={onClick} className={`${chip} ${isOn ? chipOn : chipOff}`}>
      {children}
      {isWrong && <span className="size-1.5 rounded-full bg-danger" role="img" aria-label={t("wrong")} />}
    </button>
  );
}

/** Names of variants: A, B, C … */
export function useVariantName(): (index: number) => string {
  const t = useTranslations("sending.contents");
  return (index) => t("variantName", { letter: String.fromCharCode(65 + index) });
}

function Variants({ draft, onChange, place, onPlace, onLeave, errors }: Props) {
  const t = useTranslations("sending.contents");
  const nameOf = useVariantName();
  const { variants } = draft;
  const chosen = variants[place.variant];
  const set = (part: { name?: string; weight?: string }, at: number) =>
    onChange({ ...draft, variants: variants.map((each, index) => (index === at ? { ...each, ...part } : each)) });
  const sum = variants.reduce((total, { weight }) => total + (Number(weight) || 0), 0);
  const wrongIn = (index: number) => Object.keys(errors).some((field) => field.startsWith(`variants.${index}.`));
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-2 flex w-full items-center gap-2 text-sm font-medium">
        <Split className="size-4 text-subtle-foreground" aria-hidden="true" />
        {t("variants")}
      </legend>
      <div className="flex flex-wrap items-center gap-1">
        {variants.map((each, index) => (
          <Chip
            key={each.id}
            isOn={index === place.variant}
            isWrong={wrongIn(index)}
            onClick={() => onPlace({ ...place, variant: index })}
          >
            {`${each.name || nameOf(index)} · ${Number(each.weight) || 0} %`}
          </Chip>
        ))}
        {variants.length < maxVariants && (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => {
              onChange(withVariant(draft, nameOf));
              onPlace({ ...place, variant: variants.length });
            }}
          >
            <Plus aria-hidden="true" />
            {t("addVariant")}
          </Button>
        )}
      </div>
      {chosen && (
        <div className="grid grid-cols-[minmax(0,1fr)_6rem_auto] items-start gap-2">
          <Field label={t("name")} error={errors["variants.names"]}>
            <Input
              value={chosen.name}
              onBlur={() => onLeave("variants.names")}
              onChange={(event) => set({ name: event.target.value }, place.variant)}
            />
          </Field>
          <Field label={t("weight")} hint={t("sum", { sum })} error={errors["variants.weights"] ?? errors.variants}>
            <Input
              inputMode="numeric"
              value={chosen.weight}
              onBlur={() => onLeave("variants.weights")}
              onChange={(event) => set({ weight: event.target.value.replace(/\D/g, "").slice(0, 2) }, place.variant)}
            />
          </Field>
          <Button
            size="icon"
            variant="ghost"
            className="mt-6.5"
            aria-label={t("removeVariant", { name: chosen.name })}
            onClick={() => onChange(withoutVariant(draft, place.variant))}
          >
            <Trash2 aria-hidden="true" />
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** Languages that people are likely to look for first; any other tag can be had over the API. */
const offered =
  "ar bg bn ca cs da de el en en-GB en-US es es-MX et fa fi fil fr fr-CA he hi hr hu id it ja kk ko lt lv ms nb nl pl pt pt-BR ro ru sk sl sr sv sw ta th tr uk ur vi zh-Hans zh-Hant".split(
    " ",
  );

function TextLanguages({ draft, onChange, place, onPlace, errors }: Props) {
  const t = useTranslations("sending.contents");
  const locale = useLocale();
  const nameOf = useVariantName();
  const [isAdding, setAdding] = useState(false);
  const names = new Intl.DisplayNames(locale, { type: "language" });
  const label = (tag: string) => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
  const locales = localesAt(draft, place);
  const wrongIn = (tag: string | null) => {
    const prefix = prefixOf(draft, { ...place, locale: tag });
    return Object.keys(errors).some((field) =>
      tag === null
        ? field.startsWith(prefix) && !/^(variants|translations)\./.test(field.slice(prefix.length))
        : field.startsWith(prefix),
    );
  };
  const add = (tag: string) => {
    onChange(
      withTexts(draft, place, (texts) => ({
        ...texts,
        translations: { ...texts.translations, [tag]: contentAt(draft, { ...place, locale: null }) },
      })),
    );
    onPlace({ ...place, locale: tag });
    setAdding(false);
  };
  const remove = (tag: string) => {
    onChange(
      withTexts(draft, place, (texts) => ({
        ...texts,
        translations: Object.fromEntries(Object.entries(texts.translations).filter(([each]) => each !== tag)),
      })),
    );
    onPlace({ ...place, locale: null });
  };
  return (
    <div className="flex flex-wrap items-center gap-1">
      {locales.length > 0 && (
        <Chip isOn={place.locale === null} isWrong={wrongIn(null)} onClick={() => onPlace({ ...place, locale: null })}>
          {t("everyoneElse")}
        </Chip>
      )}
      {locales.map((tag) => (
        <span key={tag} className="inline-flex items-center">
          <Chip isOn={place.locale === tag} isWrong={wrongIn(tag)} onClick={() => onPlace({ ...place, locale: tag })}>
            {label(tag)}
          </Chip>
          {place.locale === tag && (
            <Button
              size="icon-sm"
              variant="ghost"
              aria-label={t("removeLanguage", { language: label(tag) })}
              onClick={() => remove(tag)}
            >
              <X aria-hidden="true" />
            </Button>
          )}
        </span>
      ))}
      <Popover
        label={t("addLanguage")}
        open={isAdding}
        onOpenChange={setAdding}
        trigger={
          <Button size="sm" variant="ghost">
            <Languages aria-hidden="true" />
            {t("addLanguage")}
          </Button>
        }
      >
        <div className="grid gap-2">
          <p className="text-sm text-muted-foreground">{t("languageText")}</p>
          <Combobox
            aria-label={t("language")}
            value={null}
            placeholder={t("language")}
            onValueChange={add}
            options={offered
              .filter((tag) => !locales.includes(tag))
              .map((tag) => ({ value: tag, label: label(tag), description: tag }))}
          />
        </div>
      </Popover>
      {draft.variants.length === 0 && (
        <Button size="sm" variant="ghost" onClick={() => onChange(withVariant(draft, nameOf))}>
          <Split aria-hidden="true" />
          {t("startTest")}
        </Button>
      )}
    </div>
  );
}
