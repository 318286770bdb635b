"use client";

import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { acceptInvitationAction } from "../../actions.ts";

export function AcceptForm({ token, label }: { token: string; label: string }) {
  const { form, pending, problem } = useFormAction(acceptInvitationAction);
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      <input type="hidden" name="token" value={token} />
      <SubmitButton size="lg" pending={pending}>
        {label}
      </SubmitButton>
    </form>
  );
}
