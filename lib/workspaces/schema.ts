import { z } from "zod";
import { permissions } from "#lib/auth/permissions.ts";
import { Id, Instant, PageQuery, text } from "#lib/schema.ts";
import { roles } from "./roles.ts";

export const Role = z.enum(roles);
export type Role = z.output<typeof Role>;

/** ASCII only, no quoted local part: look-alike letters and odd forms have no use but deceit. Stored in lower case. */
export const Email = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/,
    "Must be an e-mail address such as ada@example.com.",
  );

export const Password = z.string().min(8, "At least 8 characters.").max(200, "At most 200 characters.");

export const WorkspaceSettings = z.strictObject({
  apiCallsPerDay: z.number().int().min(1).max(10_000_000).default(1000),
  /** Whether campaigns leave draft only when an admin approved them. */
  approvalRequired: z.boolean().default(false),
  /** After how many days messages leave the ledger (their counters stay), and events. */
  messageRetentionDays: z.number().int().min(1).max(3_650).default(90),
  eventRetentionDays: z.number().int().min(1).max(3_650).default(395),
});
export type WorkspaceSettings = z.output<typeof WorkspaceSettings>;

export const Workspace = z.object({
  id: Id,
  name: z.string(),
  role: Role,
  settings: WorkspaceSettings,
  createdAt: Instant,
});
export type Workspace = z.output<typeof Workspace>;
export const NewWorkspace = z.strictObject({ name: text(120) });
export type NewWorkspace = z.output<typeof NewWorkspace>;
export const WorkspaceChanges = z.strictObject({
  name: text(120).optional(),
  settings: z
    .strictObject({
      apiCallsPerDay: WorkspaceSettings.shape.apiCallsPerDay.unwrap().optional(),
      approvalRequired: z.boolean().optional(),
      messageRetentionDays: WorkspaceSettings.shape.messageRetentionDays.unwrap().optional(),
      eventRetentionDays: WorkspaceSettings.shape.eventRetentionDays.unwrap().optional(),
    })
    .optional(),
});
export type WorkspaceChanges = z.output<typeof WorkspaceChanges>;

export const Member = z.object({
  id: Id,
  userId: Id,
  name: z.string(),
  email: z.string(),
  role: Role,
  status: z.enum(["invited", "active", "suspended"]),
  createdAt: Instant,
});
export type Member = z.output<typeof Member>;
export const MemberChanges = z.strictObject({
  role: Role.optional(),
  status: z.enum(["active", "suspended"]).optional(),
});
export type MemberChanges = z.output<typeof MemberChanges>;

export const NewInvitation = z.strictObject({ email: Email, role: Role.exclude(["owner"]).default("member") });
export type NewInvitation = z.input<typeof NewInvitation>;
export const Invitation = z.object({
  id: Id,
  email: z.string(),
  role: Role,
  expiresAt: Instant,
  acceptedAt: Instant.nullable(),
  createdAt: Instant,
});
export type Invitation = z.output<typeof Invitation>;
/** The link is shown once: only its hash is kept. */
export const CreatedInvitation = Invitation.extend({ link: z.string() });
export type CreatedInvitation = z.output<typeof CreatedInvitation>;

/** The last part of an invitation's link. */
export const InvitationToken = z.strictObject({ token: z.string().max(100) });

export const AuditEntry = z.object({
  id: Id,
  actorType: z.string(),
  actorId: Id.nullable(),
  actorName: z.string().nullable(),
  action: z.string(),
  entityType: z.string(),
  entityId: Id.nullable(),
  details: z.record(z.string(), z.unknown()),
  createdAt: Instant,
});
export type AuditEntry = z.output<typeof AuditEntry>;
export const AuditFilter = PageQuery.extend({ action: z.string().max(60).optional() });
export type AuditFilter = z.output<typeof AuditFilter>;

/** What a key may do: permissions of whoever makes it, never more. */
export const NewApiKey = z.strictObject({
  name: text(120),
  scopes: z.array(z.enum(permissions)).min(1, "Choose at least one.").max(permissions.length),
  ratePerMinute: z.number().int().min(1).max(100_000).default(600),
});
export type NewApiKey = z.input<typeof NewApiKey>;
export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  ratePerMinute: z.number().int(),
  createdBy: z.string(),
  lastUsedAt: Instant.nullable(),
  createdAt: Instant,
});
export type ApiKey = z.output<typeof ApiKey>;
/** The key itself is shown once: only its hash is kept. */
export const CreatedApiKey = ApiKey.extend({ key: z.string() });
export type CreatedApiKey = z.output<typeof CreatedApiKey>;
