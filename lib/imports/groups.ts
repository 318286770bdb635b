import "server-only";
import type { PoolClient } from "pg";
import { newId } from "#lib/ids.ts";

/** Puts people into groups by name, case aside; a group that is not there yet is made. */
export async function addToGroups(
  client: PoolClient,
  workspaceId: string,
  people: { subscriberId: string; groups: string[] }[],
): Promise<void> {
  const names = new Map(people.flatMap(({ groups }) => groups.map((name) => [name.toLowerCase(), name] as const)));
  if (names.size === 0) return;
  const { rows } = await client.query<{ id: string; name: string }>(
    `SELECT DISTINCT ON (lower(name)) id, lower(name) AS name FROM subscriber_group
      WHERE workspace_id = $1 AND NOT is_deleted AND lower(name) = ANY ($2::text[]) ORDER BY lower(name), id`,
    [workspaceId, [...names.keys()]],
  );
  const ids = new Map(rows.map(({ id, name }) => [name, id]));
  for (const [key, name] of names) {
    if (ids.has(key)) continue;
    const id = newId();
    ids.set(key, id);
    await client.query("INSERT INTO subscriber_group (id, workspace_id, name, updated_at) VALUES ($1, $2, $3, now())", [
      id,
      workspaceId,
      name,
    ]);
  }
  const members = people.flatMap(({ subscriberId, groups }) =>
    groups.map((name) => ({ subscriberId, groupId: ids.get(name.toLowerCase()) })),
  );
  await client.query(
    `INSERT INTO group_member (workspace_id, group_id, subscriber_id)
     SELECT DISTINCT $1::uuid, group_id, subscriber_id FROM unnest($2::uuid[], $3::uuid[]) AS m (group_id, subscriber_id)
     ON CONFLICT DO NOTHING`,
    [workspaceId, members.map(({ groupId }) => groupId), members.map(({ subscriberId }) => subscriberId)],
  );
}
