"use client";

import { UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Tabs, TabsContent, TabsList, TabsTrigger } from "#components/ui/tabs.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { MemberSelection } from "#lib/groups/schema.ts";
import { addGroupMembersAction } from "../actions.ts";

// Fetched when somebody is to be found.
const PeopleSearch = dynamic(() => import("#components/people/people-search.tsx").then((file) => file.PeopleSearch), {
  ssr: false,
  loading: () => <Skeleton className="h-20" />,
});
const AddNamed = dynamic(() => import("./add-named.tsx").then((file) => file.AddNamed), {
  ssr: false,
  loading: () => <Skeleton className="h-40" />,
});

/**
 * Adds people one by one as they are found, several by their exact names, or everybody whom a segment picks. Who may not
 * search everybody has the second way alone.
 */
export function AddPeople({
  workspaceId,
  group,
  segments,
  maySearch,
}: {
  workspaceId: string;
  group: { id: string; name: string };
  segments: { id: string; name: string }[];
  maySearch: boolean;
}) {
  const t = useTranslations("groups.detail");
  const router = useRouter();
  const [segmentId, setSegmentId] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const add = (members: MemberSelection) =>
    startTransition(async () => {
      const result = await addGroupMembersAction(workspaceId, { id: group.id, members });
      if (!result.ok) return void toast.error(result.message);
      toast.success(t("added", { count: result.data.changed }));
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
      {maySearch ? (
        <Tabs defaultValue="person">
          <TabsList>
            <TabsTrigger value="person">{t("byPerson")}</TabsTrigger>
            <TabsTrigger value="named">{t("byName")}</TabsTrigger>
            <TabsTrigger value="segment">{t("bySegment")}</TabsTrigger>
          </TabsList>
          <TabsContent value="person">
            <PeopleSearch workspaceId={workspaceId} onAdd={({ id }) => add({ ids: [id] })} pending={pending} />
          </TabsContent>
          <TabsContent value="named">
            <AddNamed workspaceId={workspaceId} groupId={group.id} />
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
      ) : (
        <AddNamed workspaceId={workspaceId} groupId={group.id} />
      )}
    </Dialog>
  );
}
