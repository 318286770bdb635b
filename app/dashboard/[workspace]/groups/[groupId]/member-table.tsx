"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { SelectAll, Selection, SelectionBar, SelectRow, useSelection } from "#components/ui/selection.tsx";
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { GroupMember } from "#lib/groups/schema.ts";
import { removeGroupMembersAction } from "../actions.ts";

/** The people of a group; whoever may change it can take several out at once. */
export function MemberTable({
  workspaceId,
  base,
  groupId,
  members,
  mayWrite,
  mayOpen,
}: {
  workspaceId: string;
  base: string;
  groupId: string;
  members: GroupMember[];
  mayWrite: boolean;
  /** A custodian sees the list and not the people's own pages. */
  mayOpen: boolean;
}) {
  const t = useTranslations("groups.detail");
  return (
    <Selection ids={members.map(({ id }) => id)}>
      <Table label={t("people")}>
        <TableHead>
          <tr>
            {mayWrite && (
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
                {mayWrite && (
                  <TableCell>
                    <SelectRow id={member.id} name={name} />
                  </TableCell>
                )}
                <TableCell grow>
                  {mayOpen ? (
                    <RowLink href={`${base}/subscribers/${member.id}`}>{name}</RowLink>
                  ) : (
                    <span className="font-medium">{name}</span>
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
      {mayWrite && <RemoveSelected workspaceId={workspaceId} groupId={groupId} />}
    </Selection>
  );
}

function RemoveSelected({ workspaceId, groupId }: { workspaceId: string; groupId: string }) {
  const t = useTranslations("groups.detail");
  const router = useRouter();
  const { selected, clear } = useSelection();
  const [pending, startTransition] = useTransition();
  const remove = () =>
    startTransition(async () => {
      const result = await removeGroupMembersAction(workspaceId, { id: groupId, members: { ids: [...selected] } });
      if (result.ok) toast.success(t("removed", { count: result.data.changed }));
      else toast.error(result.message);
      clear();
      router.refresh();
    });
  return (
    <SelectionBar>
      <Button size="sm" variant="danger-quiet" pending={pending} onClick={remove}>
        {t("removeSelected")}
      </Button>
    </SelectionBar>
  );
}
