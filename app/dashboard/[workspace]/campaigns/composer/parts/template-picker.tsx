"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ContentDraft } from "#components/content/content-draft.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

export type PickableTemplate = { id: string; name: string; content: ContentDraft };

/** Fills the content from a template; asks first where something of one's own would be replaced. */
export function TemplatePicker({
  templates,
  hasText,
  onPick,
}: {
  templates: PickableTemplate[];
  hasText: boolean;
  onPick: (template: PickableTemplate) => void;
}) {
  const t = useTranslations("campaigns.composer");
  const [asked, setAsked] = useState<PickableTemplate>();
  const pick = (id: string) => {
    const template = templates.find((one) => one.id === id);
    if (!template) return;
    if (hasText) setAsked(template);
    else onPick(template);
  };
  return (
    <>
      <Combobox
        aria-label={t("template")}
        placeholder={t("template")}
        searchPlaceholder={t("templateSearch")}
        emptyText={t("templateNone")}
        value={null}
        onValueChange={pick}
        options={templates.map(({ id, name, content }) => ({ value: id, label: name, description: content.title }))}
      />
      <ConfirmDialog
        open={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={t("templateReplace")}
        description={t("templateReplaceText", { name: asked?.name ?? "" })}
        confirmLabel={t("templateUse")}
        cancelLabel={t("stay")}
        tone="primary"
        onConfirm={() => {
          if (asked) onPick(asked);
          return true;
        }}
      />
    </>
  );
}
