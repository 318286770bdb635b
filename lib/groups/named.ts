import "server-only";
import { audit } from "#lib/audit.ts";
import { authorize, can } from "#lib/auth/permissions.ts";
import { takePoint } from "#lib/auth/throttle.ts";
import type { Context } from "#lib/context.ts";
import { addressHash } from "#lib/crypto.ts";
import { db, type Transaction } from "#lib/db.ts";
import { isId } from "#lib/ids.ts";
import { readPhone } from "#lib/subscribers/phone.ts";
import { findGroup, visibleTo } from "./groups.ts";
import type { NamedPeople, NamedPeopleChanged, NamedPerson } from "./schema.ts";

/**
 * Puts people into a group whom the caller knows by name: the way of custodians, who may not search everybody. Whoever
 * may not is told "unknown" of all who cannot be added, whatever the reason, and may name 200 people an hour.
 *
 * @throws not_found no such group, or not one of this custodian's · rate_limited
 */
export async function addNamedMembers(
  ctx: Context,
  groupId: string,
  { people }: NamedPeople,
): Promise<NamedPeopleChanged> {
  authorize(ctx, "groups:members");
  await findGroup(ctx, groupId);
  await payFor(ctx, people.length);
  return change(
    { ctx, groupId, people, action: "group.add_members" },
    `INSERT INTO group_member (workspace_id, group_id, subscriber_id) SELECT $1::uuid, $2::uuid, id FROM unnest($3::uuid[]) AS named(id)
      ON CONFLICT DO NOTHING RETURNING subscriber_id AS id`,
  );
}

/**
 * Takes named people out of a group; the people stay. What a name is told is as much of a guess here as when adding; the ids
 * of those inside are in sight.
 *
 * @throws not_found no such group, or not one of this custodian's · rate_limited
 */
export async function removeNamedMembers(
  ctx: Context,
  groupId: string,
  { people }: NamedPeople,
): Promise<NamedPeopleChanged> {
  authorize(ctx, "groups:members");
  await findGroup(ctx, groupId);
  await payFor(ctx, people.filter((person) => !("id" in person)).length);
  return change(
    { ctx, groupId, people, action: "group.remove_members" },
    `DELETE FROM group_member WHERE workspace_id = $1::uuid AND group_id = $2::uuid AND subscriber_id = ANY ($3::uuid[])
      RETURNING subscriber_id AS id`,
  );
}

/** Who may not search people pays for each name that could be a guess. @throws rate_limited */
async function payFor(ctx: Context, guesses: number): Promise<void> {
  if (guesses === 0 || can(ctx, "groups:write") || ctx.actor.type === "system") return;
  await takePoint("namedPeople", `${ctx.workspaceId}:${ctx.actor.userId}`, guesses);
}

interface Change {
  ctx: Context;
  groupId: string;
  people: NamedPerson[];
  action: string;
}

async function change({ ctx, groupId, people, action }: Change, statement: string): Promise<NamedPeopleChanged> {
  return db.$transaction(async (tx) => {
    await findGroup(ctx, groupId, tx);
    const found = await findNamed(ctx, people, tx);
    const ids = [...new Set(found.flatMap((id) => id ?? []))];
    const rows = await tx.$queryRawUnsafe<{ id: string }[]>(statement, ctx.workspaceId, groupId, ids);
    const changed = new Set(rows.map(({ id }) => id));
    const details = { people: changed.size, named: people.length };
    await audit(tx, ctx, { action, entityType: "group", entityId: groupId, details });
    const outcomeOf = (id: string | undefined) => {
      if (id === undefined) return "unknown";
      return changed.has(id) ? "changed" : "unchanged";
    };
    return { changed: changed.size, people: found.map(outcomeOf) };
  });
}

/** The ids of named people, in their order; undefined where a name is nobody's, or not of one person alone. */
async function findNamed(ctx: Context, people: NamedPerson[], tx: Transaction): Promise<(string | undefined)[]> {
  const asked = people.flatMap((person, index) => keysOf(person).map((key) => ({ index, ...key })));
  // Whom a custodian may name by id: those in a group that they look after, whose ids they see there.
  const everybody = can(ctx, "groups:write");
  const groups = everybody ? [] : await tx.group.findMany({ where: visibleTo(ctx), select: { id: true } });
  const rows = await tx.$queryRawUnsafe<{ index: number; id: string }[]>(
    `SELECT DISTINCT asked.index, person.id FROM unnest($2::int[], $3::text[], $4::text[]) AS asked(index, kind, value)
      CROSS JOIN LATERAL (
        (SELECT u.id FROM subscriber u WHERE asked.kind = 'externalId' AND u.workspace_id = $1::uuid AND NOT u.is_deleted
            AND u.external_id = asked.value)
        UNION ALL
        (SELECT u.id FROM subscriber u WHERE asked.kind = 'email' AND u.workspace_id = $1::uuid AND NOT u.is_deleted
            AND u.attributes @> jsonb_build_object('email', asked.value) LIMIT 2)
        UNION ALL
        (SELECT u.id FROM subscription s JOIN subscriber u ON u.workspace_id = s.workspace_id AND u.id = s.subscriber_id
          WHERE asked.kind = 'phone' AND s.workspace_id = $1::uuid AND s.site_id IS NULL AND s.channel = 'whatsapp'
            AND s.status = 'active' AND s.address_hash = decode(asked.value, 'hex') AND NOT u.is_deleted)
        UNION ALL
        (SELECT u.id FROM subscriber u WHERE asked.kind = 'id' AND u.workspace_id = $1::uuid AND NOT u.is_deleted
            AND u.id = CASE asked.kind WHEN 'id' THEN asked.value::uuid END AND ($5 OR EXISTS (SELECT 1 FROM group_member m
              WHERE m.workspace_id = $1::uuid AND m.subscriber_id = u.id AND m.group_id = ANY ($6::uuid[]))))
      ) AS person`,
    ctx.workspaceId,
    asked.map(({ index }) => index),
    asked.map(({ kind }) => kind),
    asked.map(({ value }) => value),
    everybody,
    groups.map(({ id }) => id),
  );
  return people.map((_, index) => {
    const ids = rows.filter((row) => row.index === index);
    return ids.length === 1 ? ids[0]?.id : undefined;
  });
}

/** What a name is looked up by; a mistyped one by nothing. */
function keysOf(person: NamedPerson): { kind: string; value: string }[] {
  if ("externalId" in person) return [{ kind: "externalId", value: person.externalId }];
  if ("id" in person) return isId(person.id) ? [{ kind: "id", value: person.id.toLowerCase() }] : [];
  if ("phone" in person) {
    const number = readPhone(person.phone.trim(), null);
    return number === undefined ? [] : [{ kind: "phone", value: Buffer.from(addressHash(number)).toString("hex") }];
  }
  const written = person.email.trim();
  return [...new Set([written, written.toLowerCase()])].flatMap((value) => [
    { kind: "externalId", value },
    { kind: "email", value },
  ]);
}
