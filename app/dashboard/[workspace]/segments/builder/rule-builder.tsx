"use client";

import { FolderPlus, Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Select } from "#components/ui/select.tsx";
import { maxDepth, maxNodes } from "#lib/segments/grammar.ts";
import {
  choicesOf,
  type DraftGroup,
  type DraftNode,
  type DraftRule,
  type FieldKind,
  faultOf,
  fieldKinds,
  isDraftGroup,
  namedKinds,
  newDraftGroup,
  newDraftRule,
  sizeOf,
  valueFor,
} from "./builder-draft.ts";
import { operatorWords } from "./sentence.ts";
import { NamedPicker, SuggestedInput } from "./suggested-input.tsx";
import { ValueEditor } from "./value-editor.tsx";

/** Nested all/any rules as sentences that one fills in. Works by keyboard from one end to the other. */
export function RuleBuilder({
  workspaceId,
  group,
  onChange,
}: {
  workspaceId: string;
  group: DraftGroup;
  onChange: (group: DraftGroup) => void;
}) {
  const t = useTranslations("segments.builder");
  const isFull = sizeOf(group) >= maxNodes;
  return (
    <>
      <GroupEditor workspaceId={workspaceId} group={group} onChange={onChange} depth={1} isFull={isFull} />
      {isFull && <p className="text-sm text-muted-foreground">{t("full")}</p>}
    </>
  );
}

interface GroupProps {
  workspaceId: string;
  group: DraftGroup;
  onChange: (group: DraftGroup) => void;
  onRemove?: () => void;
  depth: number;
  isFull: boolean;
}

function GroupEditor({ workspaceId, group, onChange, onRemove, depth, isFull }: GroupProps) {
  const t = useTranslations("segments.builder");
  const addButton = useRef<HTMLButtonElement>(null);
  const replace = (key: string, next: DraftNode) =>
    onChange({ ...group, nodes: group.nodes.map((node) => (node.key === key ? next : node)) });
  const remove = (key: string) => {
    onChange({ ...group, nodes: group.nodes.filter((node) => node.key !== key) });
    // What had the focus is gone; the next thing to do is near.
    addButton.current?.focus();
  };
  return (
    <fieldset
      aria-label={t("group")}
      className={cn("grid min-w-0 gap-3", depth > 1 && "rounded-md border border-border bg-canvas p-3")}
    >
      <div className="flex flex-wrap items-center gap-2">
        <span>{t(depth > 1 ? "matchNested" : "match")}</span>
        <Select
          aria-label={t("match")}
          size="sm"
          className="w-20"
          value={group.match}
          onValueChange={(next) => onChange({ ...group, match: next === "any" ? "any" : "all" })}
          options={[
            { value: "all", label: t("all") },
            { value: "any", label: t("any") },
          ]}
        />
        <span>{t("ofThese")}</span>
        {onRemove && (
          <Button variant="ghost" size="icon-sm" className="ms-auto" aria-label={t("removeGroup")} onClick={onRemove}>
            <Trash2 aria-hidden="true" />
          </Button>
        )}
      </div>
      {group.nodes.length === 0 && <p className="text-muted-foreground">{t("everyone")}</p>}
      {group.nodes.map((node, index) =>
        isDraftGroup(node) ? (
          <GroupEditor
            key={node.key}
            workspaceId={workspaceId}
            group={node}
            onChange={(next) => replace(node.key, next)}
            onRemove={() => remove(node.key)}
            depth={depth + 1}
            isFull={isFull}
          />
        ) : (
          <RuleEditor
            key={node.key}
            workspaceId={workspaceId}
            rule={node}
            number={index + 1}
            onChange={(next) => replace(node.key, next)}
            onRemove={() => remove(node.key)}
          />
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          ref={addButton}
          size="sm"
          disabled={isFull}
          onClick={() => onChange({ ...group, nodes: [...group.nodes, newDraftRule()] })}
        >
          <Plus aria-hidden="true" />
          {t("addRule")}
        </Button>
        {depth < maxDepth && (
          <Button
            size="sm"
            variant="ghost"
            disabled={isFull}
            onClick={() => onChange({ ...group, nodes: [...group.nodes, newDraftGroup()] })}
          >
            <FolderPlus aria-hidden="true" />
            {t("addGroup")}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

const fieldGroups: Record<"person" | "device" | "behaviour", readonly FieldKind[]> = {
  person: ["tag", "attribute", "group", "country", "locale", "timezone", "subscribedAt", "lastSeenAt"],
  device: ["browser", "os", "channel"],
  behaviour: ["event", "campaign"],
};

interface RuleProps {
  workspaceId: string;
  rule: DraftRule;
  number: number;
  onChange: (rule: DraftRule) => void;
  onRemove: () => void;
}

function RuleEditor({ workspaceId, rule, number, onChange, onRemove }: RuleProps) {
  const t = useTranslations("segments");
  const { kind, op } = rule;
  const fault = faultOf(rule);
  return (
    <fieldset
      aria-label={t("builder.rule", { number })}
      className="flex min-w-0 items-start gap-2 rounded-md border border-border bg-card p-2"
    >
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
        <Select
          aria-label={t("builder.field")}
          className="w-40"
          value={kind}
          onValueChange={(next) =>
            onChange({ ...newDraftRule(fieldKinds.find((each) => each === next)), key: rule.key })
          }
          options={(["person", "device", "behaviour"] as const).map((each) => ({
            label: t(`fieldGroups.${each}`),
            options: fieldGroups[each].map((one) => ({ value: one, label: t(`fields.${one}`) })),
          }))}
        />
        {kind === "campaign" ? (
          <NamedPicker
            workspaceId={workspaceId}
            field="campaign"
            value={rule.name}
            onValueChange={(name) => onChange({ ...rule, name })}
            label={t("fields.campaign")}
          />
        ) : (
          namedKinds.includes(kind) && (
            <SuggestedInput
              workspaceId={workspaceId}
              field={kind}
              value={rule.name}
              onValueChange={(name) => onChange({ ...rule, name: String(name) })}
              label={t(kind === "event" ? "builder.eventName" : "builder.attributeName")}
              placeholder={t("builder.name")}
            />
          )
        )}
        <Select
          aria-label={t("builder.operator")}
          className="w-44"
          value={op}
          onValueChange={(next) => {
            const chosen = choicesOf(kind).find((each) => each === next) ?? op;
            onChange({ ...rule, op: chosen, value: valueFor(kind, chosen, rule.value) });
          }}
          options={choicesOf(kind).map((each) => ({ value: each, label: operatorWords(kind, each, t) }))}
        />
        <ValueEditor workspaceId={workspaceId} rule={rule} onValueChange={(value) => onChange({ ...rule, value })} />
        {fault && (
          <p role="alert" className="basis-full text-sm text-danger">
            {fault}
          </p>
        )}
      </div>
      <Button variant="ghost" size="icon-sm" aria-label={t("builder.removeRule", { number })} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
      </Button>
    </fieldset>
  );
}
