import "server-only";
import type { PoolClient } from "pg";
import { newId } from "#lib/ids.ts";
import type { PublicSite } from "#lib/sites/public-site.ts";
import type { Subscribe } from "./schema.ts";

interface ConsentFact {
  site: Pick<PublicSite, "id" | "workspaceId">;
  subscriberId: string;
  subscriptionId: string;
  /** The address's keyed hash. */
  hash: Buffer;
  input: Pick<Subscribe, "page" | "promptVersion">;
}

/** Keeps the proof of what browsers agreed to, or withdrew. */
export async function recordConsents(
  client: PoolClient,
  kind: "granted" | "withdrawn",
  facts: ConsentFact[],
): Promise<void> {
  if (facts.length === 0) return;
  await client.query(
    `INSERT INTO consent (id, workspace_id, site_id, subscriber_id, subscription_id, kind, source, address_hash, page, prompt_version)
     SELECT id, workspace_id, site_id, subscriber_id, subscription_id, $1, 'sdk', hash, page, prompt_version
       FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::text[], $9::text[])
            AS c (id, workspace_id, site_id, subscriber_id, subscription_id, hash, page, prompt_version)`,
    [
      kind,
      facts.map(() => newId()),
      facts.map(({ site }) => site.workspaceId),
      facts.map(({ site }) => site.id),
      facts.map(({ subscriberId }) => subscriberId),
      facts.map(({ subscriptionId }) => subscriptionId),
      facts.map(({ hash }) => hash),
      facts.map(({ input }) => input.page ?? null),
      facts.map(({ input }) => input.promptVersion ?? null),
    ],
  );
}
