"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState, useTransition } from "react";
import { type ContentDraft, contentErrors, contentOf, withoutPath } from "#components/content/content-draft.ts";
import { ContentEditor } from "#components/content/content-editor.tsx";
import { useFieldErrors } from "#components/content/use-field-errors.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { PreviewPanel } from "#components/notification-preview/preview-panel.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { fillVariables, occasionIn } from "#lib/content/variables.ts";
import { maxNameGraphemes } from "#lib/templates/limits.ts";
import { textFault } from "#lib/text.ts";
import { createTemplateAction, updateTemplateAction } from "./actions.ts";
import type { PreviewSite } from "./preview-site.ts";

export type TemplateDraft = { name: string; content: ContentDraft };

/** Writes a new template or changes one. */
export function TemplateForm({
  workspaceId,
  base,
  id,
  initial,
  site,
}: {
  workspaceId: string;
  base: string;
  /** None for a new one. */
  id?: string;
  initial: TemplateDraft;
  site: PreviewSite;
}) {
  const t = useTranslations("templates");
  const router = useRouter();
  const [draft, setDraft] = useState(initial);
  const [saved, setSaved] = useState(initial);
  const [pending, startTransition] = useTransition();
  const isDirty = useMemo(() => JSON.stringify(draft) !== JSON.stringify(saved), [draft, saved]);
  const found = useMemo(() => {
    const name = textFault(draft.name, maxNameGraphemes);
    return {
      ...contentErrors(draft.content, occasionIn(`${draft.content.title} ${draft.content.message}`)),
      ...(name && { name: [name] }),
    };
  }, [draft]);
  const fields = useFieldErrors(found, draft);
  const { content } = draft;

  const save = () => {
    if (Object.keys(found).length > 0) {
      fields.showAll();
      requestAnimationFrame(() => document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus());
      return;
    }
    startTransition(async () => {
      const wire = { name: draft.name.trim(), content: contentOf(content) };
      const result = id
        ? await updateTemplateAction(workspaceId, { id, changes: wire })
        : await createTemplateAction(workspaceId, wire);
      if (!result.ok) {
        fields.showServers(result.fields && withoutPath(withoutPath(result.fields, "changes"), "content"));
        toast.error(t("form.saveFailed"), { description: result.message });
        return;
      }
      setSaved(draft);
      toast.success(t(id ? "done.updated" : "done.created"));
      if (!id) router.push(`${base}/templates`);
    });
  };

  return (
    <>
      <LeaveGuard active={isDirty && !pending} />
      <PageHeader
        title={id ? saved.name : t("form.newTitle")}
        badge={
          <span role="status" className="text-sm text-muted-foreground">
            {isDirty && t("form.unsaved")}
          </span>
        }
        crumbs={[{ label: id ? saved.name : t("form.newTitle") }]}
        action={
          <>
            {id ? (
              <Button asChild>
                <Link href={`${base}/campaigns/new?template=${id}`}>{t("use")}</Link>
              </Button>
            ) : (
              <Button asChild>
                <Link href={`${base}/templates`}>{t("form.cancel")}</Link>
              </Button>
            )}
            <Button variant="primary" onClick={save} pending={pending} disabled={Boolean(id) && !isDirty}>
              {t(id ? "form.saveChanges" : "form.save")}
            </Button>
          </>
        }
      />
      <div className="grid gap-8 lg:grid-cols-[minmax(0,40rem)_minmax(0,23rem)] lg:justify-between">
        <div className="grid content-start gap-5">
          <Field label={t("form.name")} error={fields.errors.name} required>
            <Input
              value={draft.name}
              placeholder={t("form.namePlaceholder")}
              onBlur={() => fields.leave("name")}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          </Field>
          <ContentEditor
            value={content}
            onValueChange={(next) => setDraft({ ...draft, content: next })}
            onLeave={fields.leave}
            errors={fields.errors}
            defaults={site.defaults}
          />
        </div>
        <div className="lg:sticky lg:top-18 lg:self-start">
          <PreviewPanel
            title={fillVariables(content.title, {})}
            message={fillVariables(content.message, {})}
            iconUrl={content.iconUrl || site.defaults.iconUrl}
            imageUrl={content.imageUrl}
            siteHost={site.host}
            siteName={site.name}
            actions={content.actions.filter((action) => action.title !== "")}
          />
        </div>
      </div>
    </>
  );
}
