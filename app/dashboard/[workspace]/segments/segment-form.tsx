"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState, useTransition } from "react";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { PageHeader } from "#components/frame/page-header.tsx";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { Rules } from "#lib/segments/grammar.ts";
import { createSegmentAction, updateSegmentAction } from "./actions.ts";
import { draftOf, isComplete, newDraftRule, rulesOfDraft } from "./builder/builder-draft.ts";
import { EstimatePanel } from "./builder/estimate-panel.tsx";
import { RuleBuilder } from "./builder/rule-builder.tsx";

const everySite = "every";

type SegmentFormProps = {
  workspaceId: string;
  /** The list's own address. */
  path: string;
  /** None for a new one. */
  id?: string;
  initial: { name: string; description: string; siteId: string | null; rules: Rules };
  sites: { id: string; name: string }[];
};

/** Writes a new segment or changes one, with who matches beside it. */
export function SegmentForm(props: SegmentFormProps) {
  return (
    <LiveQueries>
      <Form {...props} />
    </LiveQueries>
  );
}

function Form({ workspaceId, path, id, initial, sites }: SegmentFormProps) {
  const t = useTranslations("segments");
  const router = useRouter();
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [siteId, setSiteId] = useState(initial.siteId);
  const [group, setGroup] = useState(() => {
    const draft = draftOf(initial.rules);
    return id || draft.nodes.length > 0 ? draft : { ...draft, nodes: [newDraftRule()] };
  });
  const [errors, setErrors] = useState<Record<string, string[]>>({});
  const [pending, startTransition] = useTransition();
  const rules = useMemo(() => rulesOfDraft(group), [group]);
  const complete = isComplete(group);
  const now = JSON.stringify({ name, description, rules });
  // As the builder would say it: what is stored may have its fields in another order.
  const [saved, setSaved] = useState(now);
  const isDirty = now !== saved;

  const save = () =>
    startTransition(async () => {
      const plain = { name: name.trim(), description: description.trim(), rules };
      // Only what was changed here: somebody else may have changed the rest meanwhile.
      const before: typeof plain = JSON.parse(saved);
      const changes = {
        ...(plain.name !== before.name && { name: plain.name }),
        ...(plain.description !== before.description && { description: plain.description }),
        ...(JSON.stringify(rules) !== JSON.stringify(before.rules) && { rules }),
      };
      const result = id
        ? await updateSegmentAction(workspaceId, { id, changes })
        : await createSegmentAction(workspaceId, { ...plain, ...(siteId && { siteId }) });
      if (!result.ok) {
        const fields = Object.entries(result.fields ?? {}).map(([key, said]) => [key.replace(/^changes\./, ""), said]);
        setErrors(Object.fromEntries(fields));
        toast.error(t("form.saveFailed"), { description: result.message });
        return;
      }
      setSaved(now);
      toast.success(t(id ? "form.updated" : "form.created"));
      router.push(`${path}/${id ?? result.data?.id}`);
    });

  return (
    <>
      <LeaveGuard active={isDirty && !pending} />
      <PageHeader
        title={id ? initial.name : t("form.newTitle")}
        badge={
          <span role="status" className="text-sm text-muted-foreground">
            {isDirty && t("form.unsaved")}
          </span>
        }
        crumbs={[{ label: id ? initial.name : t("form.newTitle"), ...(id && { href: `${path}/${id}` }) }]}
        action={
          <>
            <Button asChild>
              <Link href={id ? `${path}/${id}` : path}>{t("form.cancel")}</Link>
            </Button>
            <Button variant="primary" onClick={save} pending={pending} disabled={!complete || name.trim() === ""}>
              {t(id ? "form.saveChanges" : "form.save")}
            </Button>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5">
          <div className="grid max-w-2xl gap-5 sm:grid-cols-2">
            <Field label={t("form.name")} error={errors.name} required>
              <Input
                value={name}
                maxLength={120}
                placeholder={t("form.namePlaceholder")}
                onChange={(event) => setName(event.target.value)}
              />
            </Field>
            <Field label={t("form.description")} error={errors.description} optional>
              <Input value={description} maxLength={500} onChange={(event) => setDescription(event.target.value)} />
            </Field>
            {!id && sites.length > 1 && (
              <Field label={t("form.site")}>
                <Select
                  value={siteId ?? everySite}
                  onValueChange={(next) => setSiteId(next === everySite ? null : next)}
                  options={[
                    { value: everySite, label: t("form.anySite") },
                    ...sites.map((site) => ({ value: site.id, label: site.name })),
                  ]}
                />
              </Field>
            )}
          </div>
          {id && siteId && (
            <p className="text-muted-foreground">
              {t("form.onlySite", { site: sites.find((site) => site.id === siteId)?.name ?? t("detail.siteGone") })}
            </p>
          )}
          <Card title={t("form.rules")}>
            <RuleBuilder workspaceId={workspaceId} group={group} onChange={setGroup} />
          </Card>
        </div>
        <div className="min-w-0 lg:sticky lg:top-18 lg:self-start">
          <EstimatePanel workspaceId={workspaceId} rules={rules} siteId={siteId ?? undefined} isComplete={complete} />
        </div>
      </div>
    </>
  );
}
