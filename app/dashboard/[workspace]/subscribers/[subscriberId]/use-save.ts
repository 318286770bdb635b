"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "#components/ui/toast.tsx";
import type { FieldErrors } from "#lib/errors.ts";
import type { SubscriberChanges } from "#lib/subscribers/schema.ts";
import { updateSubscriberAction } from "../actions.ts";

/** Saves changes of one person and says what became of it. */
export function useSave(workspaceId: string, id: string) {
  const t = useTranslations("subscribers.detail");
  const [pending, startTransition] = useTransition();
  /** `done` is told of a refusal with the fields that it names, and of a success with none. */
  const save = (
    changes: SubscriberChanges,
    { said = t("saved"), done }: { said?: string; done?: (ok: boolean, fields: FieldErrors) => void } = {},
  ) =>
    startTransition(async () => {
      const result = await updateSubscriberAction(workspaceId, { id, changes });
      if (result.ok) toast.success(said);
      else if (!result.fields) toast.error(t("failed"), { description: result.message });
      done?.(result.ok, result.ok ? {} : (result.fields ?? {}));
    });
  return { pending, save };
}
