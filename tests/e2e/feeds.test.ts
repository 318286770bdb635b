import { AxeBuilder } from "@axe-core/playwright";
import { call, registerAt } from "#tests/support/api-client.ts";
import { decryptPush, newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { expect, signIn, test } from "#tests/support/e2e.ts";
import { rss } from "#tests/support/feed-server.ts";

test("a feed is added from a page's address, made a campaign, and its next item reaches a browser by itself", async ({
  page,
  product,
  pushService,
  feedServer,
}) => {
  test.setTimeout(120_000);
  const api = await registerAt(product.url);
  const site = await api.post<{ id: string }>("/api/v1/sites", { name: "Kettle & Cup", url: "https://shop.example" });
  const token = crypto.randomUUID();
  const browser = newBrowserSubscription(pushService.endpoint(token));
  await call(`${product.url}/api/sdk/v1/subscriptions`, {
    method: "POST",
    headers: { origin: "https://shop.example" },
    body: { siteId: site.id, subscription: browser.subscription },
  });
  const old = { guid: "1", title: "An old story", link: "https://shop.example/1" };
  feedServer.answer("/stories", (_, response) => response.end(rss([old], "Tea stories")));
  feedServer.answer("/stories.html", (_, response) =>
    response.end(`<!doctype html><link rel="alternate" type="application/rss+xml" href="/stories">`),
  );

  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/feeds`);
  await page.getByRole("button", { name: "Add a feed" }).click();
  const address = page.getByLabel("Address of the feed, or of the page");
  await address.fill(`${feedServer.url}/nothing`);
  await expect(page.getByText("status 404")).toBeVisible();
  await address.fill(`${feedServer.url}/stories.html`);
  await expect(page.getByText("Tea stories: 1 item")).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Add feed" }).click();
  await page.getByRole("link", { name: "Tea stories" }).click();
  await expect(page.getByRole("heading", { name: "Tea stories" })).toBeVisible();
  await expect(page.getByText("An old story")).toBeVisible();

  await page.getByRole("link", { name: "Make a campaign of it" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("{{item.title}}");
  // The preview shows the newest item.
  await expect(page.getByText("An old story").first()).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole("button", { name: "Review and switch on" }).click();
  await page.getByRole("dialog").or(page.getByRole("alertdialog")).getByRole("button", { name: "Switch on" }).click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);

  const news = { guid: "2", title: "A new story", link: "https://shop.example/2" };
  feedServer.answer("/stories", (_, response) => response.end(rss([news, old], "Tea stories")));
  await page.goto(`${workspace}/feeds`);
  await page.getByRole("button", { name: "Actions for Tea stories" }).click();
  await page.getByRole("menuitem", { name: "Check now" }).click();
  await expect.poll(() => pushService.posts.filter((post) => post.token === token).length, { timeout: 45_000 }).toBe(1);
  const post = pushService.posts.find((each) => each.token === token);
  expect(JSON.parse(decryptPush(post?.body ?? Buffer.alloc(0), browser).toString())).toMatchObject({
    title: "A new story",
    url: expect.stringContaining("https://shop.example/2"),
  });
});
