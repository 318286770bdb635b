"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { action } from "#lib/http/action.ts";
import { isMailConfigured } from "#lib/mail.ts";
import { createInvitation, revokeInvitation } from "#lib/workspaces/invitations.ts";
import { leaveWorkspace, removeMember, updateMember } from "#lib/workspaces/members.ts";
import { MemberChanges, NewInvitation } from "#lib/workspaces/schema.ts";

const ById = z.strictObject({ id: z.string() });

export const updateMemberAction = action({
  input: z.strictObject({ id: z.string(), ...MemberChanges.shape }),
  run: async (ctx, { id, ...changes }) => {
    const member = await updateMember(ctx, id, changes);
    refresh();
    return member;
  },
});

export const removeMemberAction = action({
  input: ById,
  run: async (ctx, { id }) => {
    await removeMember(ctx, id);
    refresh();
  },
});

export const leaveWorkspaceAction = action({
  input: z.strictObject({}),
  run: async (ctx) => {
    await leaveWorkspace(ctx);
    redirect("/dashboard");
  },
});

export const createInvitationAction = action({
  input: NewInvitation,
  run: async (ctx, input) => {
    const { email, link } = await createInvitation(ctx, input);
    refresh();
    return { email, link, isMailed: isMailConfigured() };
  },
});

export const revokeInvitationAction = action({
  input: ById,
  run: async (ctx, { id }) => {
    await revokeInvitation(ctx, id);
    refresh();
  },
});
