import "server-only";
import { z } from "zod";
import { db } from "#lib/db.ts";
import { notFound } from "#lib/errors.ts";
import { membershipsOf } from "./accounts.ts";
import { Account, Membership } from "./schema.ts";

export const Profile = Account.extend({ locale: z.string(), workspaces: z.array(Membership) });
export type Profile = z.output<typeof Profile>;

/**
 * A person with the workspaces they are an active member of.
 *
 * @throws not_found the account was removed meanwhile
 */
export async function getProfile(userId: string): Promise<Profile> {
  const [user, workspaces] = await Promise.all([
    db.user.findUnique({ where: { id: userId }, select: { id: true, email: true, name: true, locale: true } }),
    membershipsOf(userId),
  ]);
  if (!user) throw notFound("Account");
  return { ...user, workspaces };
}
