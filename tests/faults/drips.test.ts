import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { query } from "#lib/db.ts";
import { newTenant, openStage, report, type Stage, seedDevices, size, slack, until } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(1);
});
afterAll(() => stage?.close());

/**
 * G21. People walk through three steps while workers die between any two lines, some unsubscribe and the steps change:
 * each step reaches each of them at most once, and nothing comes after they left.
 */
test("G21 drips survive kills, edits and unsubscribing: each step at most once, none after unsubscribing", async () => {
  const tenant = await newTenant(stage);
  const { api, siteId } = tenant;
  const [service] = stage.services;
  if (!service) throw new Error("no push service");
  const people = size(200, 5_000);
  const kills = size(3, 20);
  const steps = ["one", "two", "three"].map((title, index) => ({
    delayMinutes: index,
    content: { title, message: "Good to have you." },
  }));
  const { id } = await api.post<{ id: string }>("/api/v1/campaigns", {
    name: "Welcome",
    siteId,
    trigger: { type: "welcome" },
    steps,
  });
  await api.post(`/api/v1/campaigns/${id}/schedule`);
  const devices = await seedDevices(tenant, service, people, "walker");
  await query(
    `WITH inside AS (
       INSERT INTO enrollment (workspace_id, campaign_id, subscriber_id, version, next_at)
       SELECT workspace_id, $1, subscriber_id, 1, now() FROM subscription WHERE site_id = $2 RETURNING 1)
     INSERT INTO enrollment_count (workspace_id, campaign_id, step_key, waiting) SELECT $3, $1, 0, count(*) FROM inside`,
    [id, siteId, api.workspaceId],
  );

  /** Brings the next step of everybody forward, so that nobody waits a minute. */
  const hurry = () =>
    query(
      "UPDATE enrollment SET started_at = started_at - interval '1 minute', next_at = now() WHERE campaign_id = $1 AND status = 'active'",
      [id],
    );
  const placed = async (position: number) => {
    const [row] = await query<{ count: number }>(
      "SELECT count(*)::int AS count FROM enrollment WHERE campaign_id = $1 AND status = 'active' AND position < $2",
      [id, position],
    );
    return row?.count === 0;
  };

  const left = devices.filter((_, index) => index % 10 === 0);
  const leftAt = new Map<string, number>();
  let killed = 0;
  for (let step = 1; step <= 3; step++) {
    for (let kill = 0; kill < Math.ceil(kills / 3); kill++) {
      await sleep(100 + Math.random() * 600);
      await stage.product.kill("worker");
      killed++;
      await stage.product.untilReady(120_000);
    }
    await until(`step ${step} of everybody`, 60_000 * slack, () => placed(step));
    if (step === 1) {
      // A tenth leaves, by the browser's own call; the others' steps change.
      await query(
        `UPDATE subscription SET status = 'unsubscribed', status_reason = 'unsubscribed', address_encrypted = NULL WHERE id = ANY ($1::uuid[])`,
        [left.map(({ subscriptionId }) => subscriptionId)],
      );
      for (const { token } of left) leftAt.set(token, Date.now());
      const { steps: now } = await api.get<{ steps: object[] }>(`/api/v1/campaigns/${id}`);
      await api.patch(`/api/v1/campaigns/${id}`, {
        steps: now.toReversed().map((each, index) => ({ ...each, delayMinutes: index })),
      });
    }
    await hurry();
  }
  await until("nothing is left to send", 60_000 * slack, async () => {
    const [row] = await query<{ count: number }>(
      "SELECT count(*)::int AS count FROM message WHERE campaign_id = $1 AND status IN ('queued', 'sending')",
      [id],
    );
    return row?.count === 0;
  });

  const shown = new Set(service.posts.map((post) => `${post.token} ${post.topic}`));
  const steppedTwice = [...Map.groupBy(shown, (each) => each.split(" ")[0] ?? "").values()].filter(
    (topics) => topics.length > 3,
  );
  const after = service.posts.filter((post) => post.at > (leftAt.get(post.token) ?? Number.POSITIVE_INFINITY) + 1_000);
  const stayed = devices.filter(({ token }) => !leftAt.has(token));
  const whole = stayed.filter(({ token }) => [...shown].filter((each) => each.startsWith(`${token} `)).length === 3);
  const twice = await query(
    "SELECT 1 FROM message WHERE campaign_id = $1 GROUP BY enrollment_id, step_index, subscription_id HAVING count(*) > 1",
    [id],
  );
  report(
    "G21",
    "drips: unsubscribe, edit, crash between steps",
    `${people} people, 3 steps, ${killed} kills of the worker: ${whole.length} of ${stayed.length} got each step once, ${steppedTwice.length + twice.length} a step twice, ${after.length} POSTs after unsubscribing`,
  );
  expect(twice).toEqual([]);
  expect(steppedTwice).toEqual([]);
  expect(after).toEqual([]);
  expect(whole.length).toBe(stayed.length);
});
