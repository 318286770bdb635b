import { z } from "zod";
import { Locale, text } from "#lib/schema.ts";
import { Email, Password, Role } from "#lib/workspaces/schema.ts";

export const Registration = z.strictObject({
  email: Email,
  password: Password,
  name: text(120),
  /** From an invitation's link: join that workspace instead of getting an own one. */
  invitation: z.string().max(100).optional(),
});
export type Registration = z.output<typeof Registration>;

/** A password that is typed to sign in is only compared: rules for new ones would tell guessers what cannot be. */
export const Credentials = z.strictObject({ email: z.string().max(254), password: z.string().max(200) });
export type Credentials = z.output<typeof Credentials>;

export const RefreshRequest = z.strictObject({ refreshToken: z.string().max(200) });
export const ProviderSignIn = z.strictObject({ idToken: z.string().max(8192), name: text(120).optional() });
export type ProviderSignIn = z.output<typeof ProviderSignIn>;
export const PasswordChange = z.strictObject({ currentPassword: z.string().max(200), newPassword: Password });
export type PasswordChange = z.output<typeof PasswordChange>;
export const PasswordResetRequest = z.strictObject({ email: Email });
export const NewPassword = z.strictObject({ token: z.string().max(100), password: Password });
export type NewPassword = z.output<typeof NewPassword>;
export const ProfileChanges = z.strictObject({ name: text(120).optional(), locale: Locale.optional() });
export type ProfileChanges = z.output<typeof ProfileChanges>;

export const Account = z.object({ id: z.uuid(), email: z.string(), name: z.string() });
export type Account = z.output<typeof Account>;
export const Membership = z.object({ id: z.uuid(), name: z.string(), role: Role });
export type Membership = z.output<typeof Membership>;

export const Profile = Account.extend({
  locale: z.string(),
  isInstanceAdministrator: z.boolean(),
  workspaces: z.array(Membership),
});
export type Profile = z.output<typeof Profile>;

/** `expiresIn` is the access token's life in seconds. */
export const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number().int() });
export type Tokens = z.output<typeof Tokens>;
export const Registered = Tokens.extend({ user: Account, workspace: Membership });
export type Registered = z.output<typeof Registered>;
export const SignedIn = Tokens.extend({ user: Account, workspaces: z.array(Membership) });
export type SignedIn = z.output<typeof SignedIn>;
