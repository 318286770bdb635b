"use client";

import { Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { LiveQueries } from "#components/live/live-queries.tsx";
import { FindPeople, type FoundPerson } from "#components/people/find-people.tsx";
import { PickedPerson } from "#components/people/picked-person.tsx";
import { prepareThisBrowser, subscribeThisBrowser } from "#components/this-browser/send-to-this-browser.ts";
import { ThisBrowserProblem } from "#components/this-browser/this-browser-problem.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { TestFire } from "#lib/drips/schema.ts";
import { testFireAction } from "./actions.ts";
import { doubledName, type EventValue, propertiesOf, valuesOf } from "./event-values.ts";
import { EventValuesField } from "./event-values-field.tsx";

const maxPeople = 10;

/** Fires the campaign for this browser or for chosen people, with values as if from an event. */
export function TestFireDialog({
  workspaceId,
  campaignId,
  siteId,
  sample,
  names,
}: {
  workspaceId: string;
  campaignId: string;
  siteId: string;
  /** Properties of the newest such event. */
  sample: Record<string, unknown>;
  /** Properties that content and condition name. */
  names: string[];
}) {
  const t = useTranslations("campaigns.drip");
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [to, setTo] = useState<"me" | "people">("me");
  const [people, setPeople] = useState<FoundPerson[]>([]);
  const [values, setValues] = useState<EventValue[]>(() => valuesOf(sample, names));
  const [failure, setFailure] = useState<{ message: string } | { problem: unknown } | null>(null);
  const [pending, startTransition] = useTransition();
  const doubled = doubledName(values);
  useEffect(() => {
    if (open) prepareThisBrowser();
  }, [open]);

  const fire = () => {
    setFailure(null);
    // Before anything is awaited: the browser asks for permission only within the click.
    const here = to === "me" ? subscribeThisBrowser(siteId) : null;
    startTransition(async () => {
      let whom: Pick<TestFire, "subscriptionIds" | "subscriberIds">;
      try {
        whom = here
          ? { subscriptionIds: [(await here).subscriptionId] }
          : { subscriberIds: people.map((person) => person.id) };
      } catch (problem) {
        return setFailure({ problem });
      }
      const answer = await testFireAction(workspaceId, { id: campaignId, properties: propertiesOf(values), ...whom });
      if (!answer.ok) return setFailure({ message: Object.values(answer.fields ?? {}).flat()[0] ?? answer.message });
      const { conditionHolds, messageIds } = answer.data;
      toast.success(
        t("testFired", { count: messageIds.length }),
        conditionHolds === null ? {} : { description: t(conditionHolds ? "testHolds" : "testHoldsNot") },
      );
      setOpen(false);
      router.refresh();
    });
  };

  return (
    <Dialog
      size="md"
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setFailure(null);
      }}
      title={t("testFire")}
      description={t("testFireText")}
      trigger={
        <Button>
          <Zap aria-hidden="true" />
          {t("testFire")}
        </Button>
      }
      footer={
        <Button
          variant="primary"
          onClick={fire}
          pending={pending}
          disabled={doubled !== undefined || (to === "people" && people.length === 0)}
        >
          {t("testFireSend")}
        </Button>
      }
    >
      <LiveQueries>
        <div className="grid gap-5">
          <RadioGroup
            look="cards"
            aria-label={t("testFireTo")}
            value={to}
            onValueChange={(value) => setTo(value === "people" ? "people" : "me")}
            options={[
              { value: "me", label: t("testMe"), description: t("testMeText") },
              {
                value: "people",
                label: t("testPeople"),
                description: t("testPeopleText", { max: maxPeople }),
                children: <Picked workspaceId={workspaceId} people={people} onChange={setPeople} />,
              },
            ]}
          />
          <EventValuesField
            values={values}
            onChange={setValues}
            error={doubled && t("testValueTwice", { name: doubled })}
          />
          <div aria-live="polite" className="empty:hidden">
            {failure && "message" in failure && (
              <Callout tone="danger" title={t("testFailed")}>
                {failure.message}
              </Callout>
            )}
            {failure && "problem" in failure && <ThisBrowserProblem error={failure.problem} />}
          </div>
        </div>
      </LiveQueries>
    </Dialog>
  );
}

function Picked({
  workspaceId,
  people,
  onChange,
}: {
  workspaceId: string;
  people: FoundPerson[];
  onChange: (people: FoundPerson[]) => void;
}) {
  const t = useTranslations("campaigns.drip");
  const nameOf = (person: FoundPerson) => person.name ?? person.externalId ?? person.id.slice(-8);
  return (
    <div className="grid gap-3">
      {people.length > 0 && (
        <ul className="grid">
          {people.map((person) => (
            <PickedPerson
              key={person.id}
              name={nameOf(person)}
              removeLabel={t("testPersonRemove", { name: nameOf(person) })}
              onRemove={() => onChange(people.filter((each) => each !== person))}
            />
          ))}
        </ul>
      )}
      <FindPeople
        workspaceId={workspaceId}
        pending={people.length >= maxPeople}
        onAdd={(person) => !people.some(({ id }) => id === person.id) && onChange([...people, person])}
      />
    </div>
  );
}
