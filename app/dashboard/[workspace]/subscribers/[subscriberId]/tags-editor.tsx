"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useOptimistic, useRef, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { changeTagsAction } from "../actions.ts";

/** The tags of a person: each change is saved at once. */
export function TagsEditor({
  workspaceId,
  id,
  tags,
  mayChange,
}: {
  workspaceId: string;
  id: string;
  tags: string[];
  mayChange: boolean;
}) {
  const t = useTranslations("subscribers.detail");
  const router = useRouter();
  const [shown, setShown] = useOptimistic(tags);
  const [typed, setTyped] = useState("");
  const [pending, startTransition] = useTransition();
  const inputRef = useRef<HTMLInputElement>(null);
  // One at a time, not the list: another tab or a program may have changed it meanwhile.
  const change = (next: string[], { add = "", remove = "" }) =>
    startTransition(async () => {
      setShown(next);
      const tags = { ...(add && { add: [add] }), ...(remove && { remove: [remove] }) };
      const result = await changeTagsAction(workspaceId, { ids: [id], ...tags });
      if (result.ok && (result.data.changed > 0 || remove)) return router.refresh();
      toast.error(t("failed"), { description: result.ok ? t("tagsFull") : result.message });
      setTyped((now) => now || add);
    });
  const add = (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim();
    if (tag !== "" && !shown.includes(tag)) change([...shown, tag], { add: tag });
    setTyped("");
    inputRef.current?.focus();
  };
  return (
    <Card title={t("tags")}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {shown.length === 0 ? (
          <p className="text-muted-foreground">{t("noTags")}</p>
        ) : (
          <ul className="flex flex-wrap gap-1.5" aria-label={t("tags")}>
            {shown.map((tag) => (
              <li
                key={tag}
                className="inline-flex h-6 max-w-full items-center rounded-sm border border-border bg-muted ps-2 text-sm pointer-coarse:h-8"
              >
                <span className={mayChange ? "truncate" : "truncate pe-2"}>{tag}</span>
                {mayChange && (
                  <button
                    type="button"
                    aria-label={t("tagRemove", { tag })}
                    onClick={() =>
                      change(
                        shown.filter((one) => one !== tag),
                        { remove: tag },
                      )
                    }
                    className="grid size-6 shrink-0 place-items-center rounded-sm text-subtle-foreground hover:text-foreground focus-visible:-outline-offset-2 pointer-coarse:size-8"
                  >
                    <X className="size-3.5" aria-hidden="true" />
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        {mayChange && (
          <form onSubmit={add}>
            <Field label={t("tagAdd")} hideLabel>
              <div className="flex gap-2">
                <div className="min-w-0 flex-1">
                  <Input
                    ref={inputRef}
                    value={typed}
                    maxLength={100}
                    placeholder={t("tagAdd")}
                    onChange={(event) => setTyped(event.target.value)}
                  />
                </div>
                <Button type="submit" disabled={typed.trim() === ""} pending={pending && typed !== ""}>
                  {t("add")}
                </Button>
              </div>
            </Field>
          </form>
        )}
      </div>
    </Card>
  );
}
