import { beforeEach, expect, test } from "vitest";
import { registerAccount } from "#lib/auth/accounts.ts";
import { isInstanceAdministrator } from "#lib/auth/administrators.ts";
import { db } from "#lib/db.ts";
import { newEmail, password } from "#tests/support/accounts.ts";

const register = () => registerAccount({ email: newEmail(), password, name: "Ada" });

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE user_account, workspace CASCADE`;
});

test("of ten people who register first at once, one runs the installation", async () => {
  await Promise.all(Array.from({ length: 10 }, register));
  expect(await db.user.count({ where: { isInstanceAdministrator: true } })).toBe(1);
});

test("who comes later does not", async () => {
  await register();
  const { user } = await register();
  const later = await db.user.findUniqueOrThrow({ where: { id: user.id } });
  expect(isInstanceAdministrator(later)).toBe(false);
});
