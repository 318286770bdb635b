import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { query } from "#lib/db.ts";
import { newTenant, openStage, type Stage, seedDevices, type Tenant, until } from "./stage.ts";

let stage: Stage;
let tenant: Tenant;
const devices = 3;
const campaigns = 12;
const hourMs = 3_600_000;

beforeAll(async () => {
  stage = await openStage(1);
  tenant = await newTenant(stage);
  const [service] = stage.services;
  if (service) await seedDevices(tenant, service, devices, "device");
});
afterAll(() => stage?.close());

interface RunOf {
  id: string;
  campaign_id: string;
  status: string;
  due_at: Date;
}

test("recurring campaigns whose worker and queue are killed again and again between their steps: each firing is sent once, and each has its next run", async () => {
  const first = Math.ceil(Date.now() / 1000) * 1000 + 10_000;
  const due = new Map<string, number>();
  for (let index = 0; index < campaigns; index++) {
    const at = first + index * 1_500;
    const { id } = await tenant.api.post<{ id: string }>("/api/v1/campaigns", {
      name: `Hourly ${index}`,
      siteId: tenant.siteId,
      trigger: {
        type: "recurring",
        rrule: "FREQ=HOURLY",
        startsAt: new Date(at).toISOString().slice(0, 19),
        timezone: "UTC",
      },
      steps: [{ content: { title: "Every hour", message: "On the second." } }],
    });
    await tenant.api.post(`/api/v1/campaigns/${id}/schedule`);
    due.set(id, Math.floor(at / 1000) * 1000);
  }

  // While they fire, whoever works on them dies at moments that nobody chose.
  let kills = 0;
  const last = first + campaigns * 1_500;
  while (Date.now() < last) {
    await sleep(1_500 + Math.random() * 2_500);
    const part = kills % 3 === 2 ? "inngest" : "worker";
    // It may not be back yet from the last time.
    if (stage.product.pids[part] === undefined) continue;
    await stage.product.kill(part);
    kills++;
  }
  await stage.product.untilReady(120_000);
  const runs = () =>
    query<RunOf>("SELECT id, campaign_id, status, due_at FROM run WHERE workspace_id = $1 ORDER BY due_at", [
      tenant.api.workspaceId,
    ]);
  await until("every firing is through", 120_000, async () => {
    const list = await runs();
    return list.filter(({ status }) => status === "completed").length === campaigns;
  });

  const list = await runs();
  for (const [id, at] of due) {
    const mine = list.filter(({ campaign_id }) => campaign_id === id);
    expect(mine.map(({ status, due_at }) => [status, due_at.getTime()])).toEqual([
      ["completed", at],
      ["due", at + hourMs],
    ]);
  }
  const ledger = await query<{ status: string; count: number }>(
    "SELECT status::text AS status, count(*)::int AS count FROM message WHERE workspace_id = $1 GROUP BY status",
    [tenant.api.workspaceId],
  );
  expect(ledger).toEqual([{ status: "sent", count: campaigns * devices }]);
  const posts = stage.services[0]?.posts ?? [];
  // A repeat after a crash has the same topic, and replaces what it repeats.
  expect(new Set(posts.map(({ token, topic }) => `${token} ${topic}`)).size).toBe(campaigns * devices);
  console.log(`${campaigns} firings, ${kills} kills: ${posts.length} POSTs for ${campaigns * devices} messages`);
});
