import "server-only";
import { isInstanceAdministrator } from "#lib/auth/administrators.ts";
import { db } from "#lib/db.ts";
import { AppError } from "#lib/errors.ts";

/** Who acts on the installation itself: a person, with the request that it came by. */
export interface Operator {
  userId: string;
  requestId: string;
}

/** @throws forbidden */
export async function requireInstanceAdministrator(userId: string): Promise<void> {
  const user = await db.user.findUnique({ where: { id: userId } });
  if (user && isInstanceAdministrator(user)) return;
  throw new AppError("forbidden", "This is for the administrators of this installation.");
}
