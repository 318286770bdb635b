"use server";

import { z } from "zod";
import { createGroup, deleteGroup, setCustodians, updateGroup } from "#lib/groups/groups.ts";
import { addGroupMembers, removeGroupMembers } from "#lib/groups/members.ts";
import { addNamedMembers, removeNamedMembers } from "#lib/groups/named.ts";
import { Custodians, GroupChanges, MemberSelection, NamedPeople, NewGroup } from "#lib/groups/schema.ts";
import { action } from "#lib/http/action.ts";

const OneGroup = z.strictObject({ id: z.string().max(64) });

export const createGroupAction = action({
  input: NewGroup,
  run: async (ctx, input) => ({ id: (await createGroup(ctx, input)).id }),
});

export const updateGroupAction = action({
  input: OneGroup.extend({ changes: GroupChanges }),
  run: async (ctx, { id, changes }) => void (await updateGroup(ctx, id, changes)),
});

export const deleteGroupAction = action({ input: OneGroup, run: (ctx, { id }) => deleteGroup(ctx, id) });

export const addGroupMembersAction = action({
  input: OneGroup.extend({ members: MemberSelection }),
  run: (ctx, { id, members }) => addGroupMembers(ctx, id, members),
});

export const removeGroupMembersAction = action({
  input: OneGroup.extend({ members: MemberSelection }),
  run: (ctx, { id, members }) => removeGroupMembers(ctx, id, members),
});

export const addNamedMembersAction = action({
  input: OneGroup.extend(NamedPeople.shape),
  run: (ctx, { id, people }) => addNamedMembers(ctx, id, { people }),
});

export const removeNamedMembersAction = action({
  input: OneGroup.extend(NamedPeople.shape),
  run: (ctx, { id, people }) => removeNamedMembers(ctx, id, { people }),
});

export const setCustodiansAction = action({
  input: OneGroup.extend(Custodians.shape),
  run: async (ctx, { id, custodians }) => void (await setCustodians(ctx, id, { custodians })),
});
