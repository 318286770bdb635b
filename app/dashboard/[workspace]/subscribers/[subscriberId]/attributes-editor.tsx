"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import type { Subscriber } from "#lib/subscribers/schema.ts";
import { useSave } from "./use-save.ts";

type Attributes = Subscriber["attributes"];
type Kind = "text" | "number" | "boolean";
const kinds = ["text", "number", "boolean"] as const;

/** Custom facts of a person; adding one that exists changes it. */
export function AttributesEditor({
  workspaceId,
  id,
  attributes,
  mayChange,
}: {
  workspaceId: string;
  id: string;
  attributes: Attributes;
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers.detail");
  const { pending, save } = useSave(workspaceId, id);
  const [editing, setEditing] = useState<{ key: string; kind: Kind; value: string }>();
  const entries = Object.entries(attributes).filter(([, value]) => value !== null);
  const words = (value: Attributes[string]) => (typeof value === "boolean" ? t(value ? "yes" : "no") : String(value));
  return (
    <Card title={t("attributes")} description={t("attributesText")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {entries.length === 0 && !editing && <p className="text-muted-foreground">{t("noAttributes")}</p>}
        {entries.length > 0 && (
          <dl className="grid grid-cols-[minmax(0,1fr)] gap-1">
            {entries.map(([key, value]) => (
              <div key={key} className="flex min-h-7 items-center gap-2">
                <dt className="min-w-0 shrink truncate font-mono text-sm text-muted-foreground" title={key}>
                  {key}
                </dt>
                <dd className="ms-auto flex min-w-0 items-center gap-1">
                  {mayChange ? (
                    <button
                      type="button"
                      className="truncate rounded-sm px-1 hover:bg-accent"
                      title={t("edit")}
                      onClick={() =>
                        setEditing({ key, kind: kindOf(value), value: value === true ? "true" : String(value ?? "") })
                      }
                    >
                      {words(value)}
                    </button>
                  ) : (
                    <span className="truncate">{words(value)}</span>
                  )}
                  {mayChange && (
                    <Button
                      size="icon-sm"
                      variant="ghost"
                      aria-label={t("remove", { name: key })}
                      onClick={() => save({ attributes: { [key]: null } })}
                    >
                      <X aria-hidden="true" />
                    </Button>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {mayChange && !editing && (
          <Button
            size="sm"
            className="justify-self-start"
            onClick={() => setEditing({ key: "", kind: "text", value: "" })}
          >
            <Plus aria-hidden="true" />
            {t("addAttribute")}
          </Button>
        )}
        {editing && (
          <AttributeForm
            key={editing.key}
            initial={editing}
            pending={pending}
            onCancel={() => setEditing(undefined)}
            onSave={(key, value, refuse) =>
              save(
                { attributes: { [key]: value } },
                {
                  done: (ok, fields) => {
                    if (ok) setEditing(undefined);
                    // About a key the server has nothing to add; what is left is the value.
                    else refuse(Object.values(fields).flat());
                  },
                },
              )
            }
          />
        )}
      </div>
    </Card>
  );
}

function kindOf(value: Attributes[string] | undefined): Kind {
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
}

/** What was typed, as far as the other kind can say it. */
function valueAs(kind: Kind, value: string): string {
  if (kind === "boolean") return value === "false" ? "false" : "true";
  if (kind === "number") return value.trim() !== "" && Number.isFinite(Number(value)) ? value : "";
  return value;
}

function AttributeForm({
  initial,
  pending,
  onCancel,
  onSave,
}: {
  initial: { key: string; kind: Kind; value: string };
  pending: boolean;
  onCancel: () => void;
  onSave: (key: string, value: string | number | boolean, refuse: (problems: string[]) => void) => void;
}) {
  const t = useTranslations("subscribers.detail");
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<{ key?: string[]; value?: string[] }>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { key, kind, value } = draft;
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(key.trim())) {
      setProblems({ key: [t("keyRule")] });
      return;
    }
    if (kind === "number" && !Number.isFinite(Number(value))) {
      setProblems({ value: [t("numberRule")] });
      return;
    }
    setProblems({});
    onSave(key.trim(), kind === "number" ? Number(value) : kind === "boolean" ? value === "true" : value, (said) =>
      setProblems({ value: said }),
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-3 border-t border-border pt-3">
      <Field label={t("key")} hint={t("keyRule")} error={problems.key} required>
        <Input
          autoFocus={initial.key === ""}
          readOnly={initial.key !== ""}
          className="font-mono"
          spellCheck={false}
          autoCapitalize="none"
          value={draft.key}
          onChange={(event) => setDraft({ ...draft, key: event.target.value })}
        />
      </Field>
      <Segmented
        aria-label={t("kind")}
        value={draft.kind}
        onValueChange={(kind) => setDraft({ ...draft, kind, value: valueAs(kind, draft.value) })}
        options={kinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
        className="justify-self-start"
      />
      {draft.kind === "boolean" ? (
        <Segmented
          aria-label={t("value")}
          value={draft.value === "true" ? "true" : "false"}
          onValueChange={(value) => setDraft({ ...draft, value })}
          options={[
            { value: "true", label: t("yes") },
            { value: "false", label: t("no") },
          ]}
          className="justify-self-start"
        />
      ) : (
        <Field label={t("value")} error={problems.value}>
          <Input
            type={draft.kind === "number" ? "number" : "text"}
            step="any"
            autoFocus={initial.key !== ""}
            value={draft.value}
            onChange={(event) => setDraft({ ...draft, value: event.target.value })}
          />
        </Field>
      )}
      <div className="flex gap-2">
        <SubmitButton
          pending={pending}
          disabled={draft.key.trim() === "" || (draft.kind === "number" && draft.value === "")}
        >
          {t("save")}
        </SubmitButton>
        <Button variant="ghost" onClick={onCancel}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
