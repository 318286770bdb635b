"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState, useTransition } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "#components/ui/tabs.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { MemberSelection } from "#lib/groups/schema.ts";
import { addGroupMembersAction } from "../actions.ts";

/** Adds people one by one as they are found, or everybody whom a segment picks. */
export function AddPeople({
  workspaceId,
  group,
  segments,
}: {
  workspaceId: string;
  group: { id: string; name: string };
  segments: { id: string; name: string }[];
}) {
  const t = useTranslations("groups.detail");
  const router = useRouter();
  const [segmentId, setSegmentId] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const add = (members: MemberSelection) =>
    startTransition(async () => {
      const result = await addGroupMembersAction(workspaceId, { id: group.id, members });
      if (result.ok) toast.success(t("added", { count: result.data.changed }));
      else toast.error(result.message);
      router.refresh();
    });
  return (
    <Dialog
      title={t("addTitle", { name: group.name })}
      trigger={
        <Button variant="primary">
          <UserPlus aria-hidden="true" />
          {t("add")}
        </Button>
      }
    >
      <Tabs defaultValue="person">
        <TabsList>
          <TabsTrigger value="person">{t("byPerson")}</TabsTrigger>
          <TabsTrigger value="segment">{t("bySegment")}</TabsTrigger>
        </TabsList>
        <TabsContent value="person">
          <FindPeople workspaceId={workspaceId} onAdd={(id) => add({ ids: [id] })} pending={pending} />
        </TabsContent>
        <TabsContent value="segment">
          <div className="grid gap-4">
            <Field label={t("segment")} hint={t("segmentHint")}>
              <Combobox
                placeholder={t("chooseSegment")}
                value={segmentId}
                onValueChange={setSegmentId}
                options={segments.map(({ id, name }) => ({ value: id, label: name }))}
              />
            </Field>
            <Button
              variant="primary"
              pending={pending}
              disabled={segmentId === null}
              onClick={() => segmentId !== null && add({ segmentId })}
            >
              {t("addAll")}
            </Button>
          </div>
        </TabsContent>
      </Tabs>
    </Dialog>
  );
}

interface Found {
  data: { id: string; name: string | null; externalId: string | null }[];
}

function FindPeople({
  workspaceId,
  onAdd,
  pending,
}: {
  workspaceId: string;
  onAdd: (id: string) => void;
  pending: boolean;
}) {
  const t = useTranslations("groups.detail");
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data } = useQuery({
    queryKey: ["find-people", workspaceId, asked],
    queryFn: ({ signal }) =>
      getJson<Found>(`/subscribers?pageSize=8&search=${encodeURIComponent(asked)}`, workspaceId, signal),
    enabled: asked.length >= 2,
    staleTime: 10_000,
  });
  return (
    <div className="grid gap-3">
      <Field label={t("find")} hint={t("findHint")}>
        <Input type="search" value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </Field>
      <ul className="grid" aria-live="polite">
        {(asked.length >= 2 ? (data?.data ?? []) : []).map((person) => {
          const name = person.name ?? person.externalId ?? t("anonymous");
          return (
            <li key={person.id} className="flex min-h-10 items-center justify-between gap-3 border-t border-border">
              <span className="min-w-0 truncate">
                {name}{" "}
                <span className="font-mono text-xs text-subtle-foreground">
                  {person.externalId ?? person.id.slice(-8)}
                </span>
              </span>
              <Button size="sm" disabled={pending} onClick={() => onAdd(person.id)}>
                {t("addOne")}
                <span className="sr-only">: {name}</span>
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
