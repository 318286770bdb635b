import { type Permission, permissions } from "#lib/auth/permissions.ts";
import { sealSession } from "#lib/auth/session.ts";
import { beginSignIn } from "#lib/auth/sign-ins.ts";
import { testContent } from "#lib/campaigns/test-send.ts";
import type { Context } from "#lib/context.ts";
import { db } from "#lib/db.ts";
import { createGroup, setCustodians } from "#lib/groups/groups.ts";
import { createSegment } from "#lib/segments/segments.ts";
import { listSiteKeys } from "#lib/sites/keys.ts";
import { createTemplate } from "#lib/templates/templates.ts";
import { createApiKey } from "#lib/workspaces/api-keys.ts";
import { createInvitation } from "#lib/workspaces/invitations.ts";
import { newAccount, newAdministrator, newEmail, newMember } from "./accounts.ts";
import { upload } from "./imports.ts";
import { newCampaign, newSite, newSubscription } from "./workspace.ts";

export interface Ids {
  workspaceId: string;
  siteId: string;
  keyId: string;
  subscriberId: string;
  subscriptionId: string;
  campaignId: string;
  messageId: string;
  templateId: string;
  memberId: string;
  invitationId: string;
  apiKeyId: string;
  feedId: string;
  importId: string;
  segmentId: string;
  /** The custodian's own. */
  groupId: string;
  firingId: string;
  /** Made and shared by the member. */
  viewId: string;
}

/** One of each who could call, and the means to make rows that only ours may see. */
export interface Everybody {
  ids: () => Promise<Ids>;
  workspaceId: string;
  tokens: Record<"owner" | "admin" | "member" | "custodian" | "stranger" | "administrator", string>;
  contexts: Record<"owner" | "admin" | "member" | "custodian", Context>;
  cookies: { owner: string; member: string; stranger: string };
  strangersWorkspaceId: string;
  keyWithAll: string;
  keyWithout: (permission: Permission | undefined) => Promise<string>;
}

/** Stands in names of everything that is ours, so that a leak shows in the text of an answer. */
export const marker = "OURS-AND-NOBODY-ELSES";

export async function makeEverybody(): Promise<Everybody> {
  // The first of all, who administers the installation by that, so that no other is.
  const administrator = await newAdministrator();
  const owner = await newAccount();
  const { workspaceId } = owner.ctx;
  const [admin, member, custodian, stranger] = [
    await newMember(workspaceId, "admin"),
    await newMember(workspaceId, "member"),
    await newMember(workspaceId, "custodian"),
    await newAccount(),
  ];
  const key = (scopes: Permission[]) => createApiKey(owner.ctx, { name: "Test", scopes, ratePerMinute: 100_000 });
  return {
    workspaceId,
    tokens: {
      owner: owner.accessToken,
      admin: admin.accessToken,
      member: member.accessToken,
      custodian: custodian.accessToken,
      stranger: stranger.accessToken,
      administrator: administrator.accessToken,
    },
    contexts: { owner: owner.ctx, admin: admin.ctx, member: member.ctx, custodian: custodian.ctx },
    cookies: {
      owner: await cookieOf(owner.user.id),
      member: await cookieOf(member.user.id),
      stranger: await cookieOf(stranger.user.id),
    },
    strangersWorkspaceId: stranger.ctx.workspaceId,
    keyWithAll: (await key([...permissions])).key,
    keyWithout: async (permission) => (await key(permissions.filter((each) => each !== permission))).key,
    ids: async () => {
      const site = await newSite(owner.ctx, marker);
      const subscribed = await newSubscription(site.id);
      const { id: campaignId } = await newCampaign(owner.ctx, site.id);
      const content = { title: marker, message: marker };
      const { subscriptionId } = subscribed;
      const tested = await testContent(owner.ctx, site.id, content, { subscriptionIds: [subscriptionId] });
      const template = await createTemplate(owner.ctx, { name: marker, channel: "web_push", content });
      const { memberId } = await newMember(workspaceId, "member");
      const segment = await createSegment(owner.ctx, { name: marker, rules: { all: [] } });
      const group = await createGroup(owner.ctx, { name: marker });
      await setCustodians(owner.ctx, group.id, { custodians: [{ memberId: custodian.memberId }] });
      return {
        workspaceId,
        siteId: site.id,
        keyId: (await listSiteKeys(owner.ctx, site.id)).data[0]?.id ?? "",
        subscriberId: subscribed.subscriberId,
        subscriptionId,
        campaignId,
        messageId: tested.messageIds[0] ?? "",
        templateId: template.id,
        memberId,
        invitationId: (await createInvitation(owner.ctx, { email: newEmail() })).id,
        apiKeyId: (await key(["sites:read"])).id,
        importId: (await upload(owner.ctx, `external id,name\nc-1,${marker}\n`, { fileName: marker })).id,
        segmentId: segment.id,
        groupId: group.id,
        feedId: await newFeed(owner.ctx.workspaceId, site.id),
        viewId: await newView(owner.ctx, member.user.id),
        firingId: await newFiring(owner.ctx.workspaceId, campaignId, subscribed.subscriberId),
      };
    },
  };
}

/** A shared view as it is kept: by far more than a list may have. */
async function newView({ workspaceId }: Context, createdByUserId: string): Promise<string> {
  const data = { workspaceId, createdByUserId, area: "subscribers", name: `${marker} ${crypto.randomUUID()}` };
  return (await db.savedView.create({ data: { ...data, state: { search: marker }, isShared: true } })).id;
}

/** A feed as it is kept; its address answers nobody. */
async function newFeed(workspaceId: string, siteId: string): Promise<string> {
  const data = { workspaceId, siteId, name: marker, url: `https://127.0.0.1/${crypto.randomUUID()}` };
  return (await db.feed.create({ data })).id;
}

/** What an event did to a campaign, as it is kept. */
async function newFiring(workspaceId: string, campaignId: string, subscriberId: string): Promise<string> {
  const data = { workspaceId, campaignId, subscriberId, eventId: crypto.randomUUID(), outcome: "cooldown" };
  return (await db.firing.create({ data: { ...data, properties: { note: marker } } })).id;
}

/** A session cookie's value, as the dashboard's sign-in makes it. */
async function cookieOf(userId: string): Promise<string> {
  return await sealSession(await beginSignIn(userId), 3600);
}
