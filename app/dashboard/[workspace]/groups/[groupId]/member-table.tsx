"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { ToGroup } from "#components/people/to-group.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { SelectAll, Selection, SelectionBar, SelectRow, useSelection } from "#components/ui/selection.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { GroupMember } from "#lib/groups/schema.ts";
import { addNamedMembersAction, removeNamedMembersAction } from "../actions.ts";
import { maxPeople } from "./named-lines.ts";

/** The people of a group; whoever may change it can take several out at once, or add them to another. */
export function MemberTable({
  workspaceId,
  base,
  groupId,
  members,
  others,
  mayChange,
  mayOpen,
}: {
  workspaceId: string;
  base: string;
  groupId: string;
  members: GroupMember[];
  /** Groups that they can be added to as well. */
  others: { id: string; name: string }[];
  mayChange: boolean;
  /** A custodian sees the list and not the people's own pages. */
  mayOpen: boolean;
}) {
  const t = useTranslations("groups.detail");
  return (
    <Selection ids={members.map(({ id }) => id)}>
      <Table label={t("people")}>
        <TableHead>
          <tr>
            {mayChange && (
              <TableHeader className="w-8">
                <SelectAll />
              </TableHeader>
            )}
            <TableHeader grow>{t("name")}</TableHeader>
            <TableHeader>{t("seen")}</TableHeader>
          </tr>
        </TableHead>
        <TableBody>
          {members.map((member) => {
            const name = member.name ?? t("anonymous");
            return (
              <TableRow key={member.id}>
                {mayChange && (
                  <TableCell>
                    <SelectRow id={member.id} name={name} />
                  </TableCell>
                )}
                <TableCell grow>
                  {mayOpen ? (
                    <RowLink href={`${base}/subscribers/${member.id}`}>
                      <bdi>{name}</bdi>
                    </RowLink>
                  ) : (
                    <bdi className="font-medium">{name}</bdi>
                  )}
                  <span className="ms-2 font-mono text-xs text-subtle-foreground">
                    {member.externalId ?? member.id.slice(-8)}
                  </span>
                  {member.tags.slice(0, 2).map((tag) => (
                    <Badge key={tag} className="ms-2 max-sm:hidden">
                      {tag}
                    </Badge>
                  ))}
                </TableCell>
                <TableCell className="whitespace-nowrap text-muted-foreground">
                  <span className="relative z-1">
                    <Time at={member.lastSeenAt} />
                  </span>
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {mayChange && <SelectedBar workspaceId={workspaceId} groupId={groupId} others={others} />}
    </Selection>
  );
}

function SelectedBar({
  workspaceId,
  groupId,
  others,
}: {
  workspaceId: string;
  groupId: string;
  others: { id: string; name: string }[];
}) {
  const t = useTranslations("groups.detail");
  const router = useRouter();
  const { selected, clear } = useSelection();
  const [pending, startTransition] = useTransition();
  const run = (act: typeof addNamedMembersAction, id: string, done: "added" | "removed") =>
    startTransition(async () => {
      const people = [...selected].map((each) => ({ id: each }));
      let count = 0;
      while (people.length > 0) {
        const result = await act(workspaceId, { id, people: people.splice(0, maxPeople) });
        if (!result.ok) {
          toast.error(result.message);
          return;
        }
        count += result.data.changed;
      }
      toast.success(t(done, { count }));
      clear();
      router.refresh();
    });
  return (
    <SelectionBar>
      {others.length > 0 && (
        <ToGroup
          groups={others}
          count={selected.size}
          pending={pending}
          onAdd={(id) => run(addNamedMembersAction, id, "added")}
        />
      )}
      <Button
        size="sm"
        variant="danger-quiet"
        pending={pending}
        onClick={() => run(removeNamedMembersAction, groupId, "removed")}
      >
        {t("removeSelected")}
      </Button>
    </SelectionBar>
  );
}
