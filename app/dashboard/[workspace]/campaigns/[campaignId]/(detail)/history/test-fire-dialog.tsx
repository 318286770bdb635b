"use client";

import { Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { TestFire } from "#lib/drips/schema.ts";
import type { FieldErrors } from "#lib/errors.ts";
import { testFireAction } from "./actions.ts";

/** Fires the campaign for one chosen person, with properties as if from an event. */
export function TestFireDialog({
  workspaceId,
  campaignId,
  sample,
}: {
  workspaceId: string;
  campaignId: string;
  /** Of the newest such event, as JSON. */
  sample: string;
}) {
  const t = useTranslations("campaigns.drip");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [subscriberId, setSubscriberId] = useState("");
  const [text, setText] = useState(sample);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [pending, startTransition] = useTransition();

  const fire = () => {
    const properties = propertiesOf(text);
    if (!properties) return setErrors({ properties: [t("testWrongJson")] });
    startTransition(async () => {
      const answer = await testFireAction(workspaceId, {
        id: campaignId,
        properties,
        subscriberIds: [subscriberId.trim()],
      });
      if (!answer.ok) {
        setErrors(answer.fields ?? { subscriberIds: [answer.message] });
        return void toast.error(t("testFailed"), { description: answer.message });
      }
      const { conditionHolds, messageIds } = answer.data;
      toast.success(
        t("testFired", { count: messageIds.length }),
        conditionHolds === null ? {} : { description: t(conditionHolds ? "testHolds" : "testHoldsNot") },
      );
      setErrors({});
      setOpen(false);
      router.refresh();
    });
  };

  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t("testFire")}
      description={t("testFireText")}
      trigger={
        <Button>
          <Zap aria-hidden="true" />
          {t("testFire")}
        </Button>
      }
      footer={
        <Button variant="primary" onClick={fire} pending={pending} disabled={subscriberId.trim() === ""}>
          {t("testFireSend")}
        </Button>
      }
    >
      <div className="grid gap-4">
        <Field label={t("testFireTo")} hint={t("testFireToHint")} error={errors.subscriberIds}>
          <Input
            dir="ltr"
            className="font-mono"
            value={subscriberId}
            onChange={(event) => setSubscriberId(event.target.value)}
          />
        </Field>
        <Field label={t("testFireProperties")} error={errors.properties}>
          <Textarea
            rows={6}
            dir="ltr"
            className="font-mono text-sm"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}

function propertiesOf(text: string): NonNullable<TestFire["properties"]> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || "{}");
    const isFlat =
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((each) => each === null || typeof each !== "object");
    return isFlat ? (value as NonNullable<TestFire["properties"]>) : undefined;
  } catch {
    // Not JSON: said at the field.
    return undefined;
  }
}
