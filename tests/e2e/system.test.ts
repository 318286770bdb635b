import { Client } from "pg";
import { registerAt } from "#tests/support/api-client.ts";
import { administrators, expect, signIn, test } from "#tests/support/e2e.ts";

const failed = `01K${"FA1".padStart(23, "0")}`;
const asleep = `01K${"5EEP".padStart(23, "0")}`;

/** Two runs of the feeds' function: one that failed, one that sleeps for an hour. */
async function addRuns(databaseUrl: string): Promise<void> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const event = { name: "test/feed", data: { workspaceId: failed, feedId: failed }, id: failed, ts: 1 };
  await database.query(
    `INSERT INTO inngest_local.run (id, fn_id, event_id, events, ord, status, output, ended_at)
     SELECT id, 'pushpilot-poll-feed', 'none', array[$1], 0, status, output, CASE WHEN status <> 'Running' THEN now() END
       FROM (VALUES ($2, 'Failed', '{"name":"Error","message":"The feed was on fire"}'), ($3, 'Running', NULL)) r(id, status, output)`,
    [JSON.stringify(event), failed, asleep],
  );
  await database.query(
    `INSERT INTO inngest_local.queue (key, kind, run_id, fn_id, step, run_at)
     VALUES ($1 || ':t:nap', 'sleep', $1, 'pushpilot-poll-feed', 'nap', now() + interval '1 hour')`,
    [asleep],
  );
  await database.end();
}

test("an administrator sees functions and what failed, starts that again, cancels a run, and it is written down", async ({
  page,
  product,
}) => {
  const { credentials } = await registerAt(product.url, administrators.ofSystem);
  await addRuns(product.databaseUrl);
  const base = await signIn(page, credentials);
  await page.goto(`${base}/system`);
  const functions = page.getByRole("table", { name: "Functions" });
  await expect(functions.getByRole("row", { name: /Look for new items in a feed/ })).toContainText("feed");

  await page.getByRole("link", { name: "Problems" }).click();
  const broken = page.getByRole("row", { name: /The feed was on fire/ });
  await broken.getByRole("button").click();
  await page.getByRole("menuitem", { name: "Start again with the same event" }).click();
  await expect(page.getByText("Started again", { exact: true })).toBeVisible();

  await page.goto(`${base}/system/runs?status=running`);
  const sleeping = page.getByRole("row", { name: /Sleeps/ }).filter({ hasText: "Look for new items in a feed" });
  await sleeping.getByRole("button").click();
  await page.getByRole("menuitem", { name: "Cancel the run…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.getByText("The run is cancelled")).toBeVisible();
  await expect(sleeping).toHaveCount(0);

  await page.goto(`${base}/system/problems`);
  const done = page.getByRole("table", { name: "What administrators did" });
  await expect(done.getByRole("row", { name: /Cancelled a run/ })).toContainText(asleep);
  await expect(done.getByRole("row", { name: /Started a run again/ })).toContainText(failed);
});

test("anybody else is told whose page it is", async ({ page, product }) => {
  // Whoever signs up first is one.
  await registerAt(product.url);
  const { credentials } = await registerAt(product.url);
  const base = await signIn(page, credentials);
  await page.goto(`${base}/system`);
  await expect(page.getByText("Only for administrators of this installation")).toBeVisible();
  await expect(page.getByRole("table")).toHaveCount(0);
});
