import type { Locator, Page } from "@playwright/test";
import { call, registerAt } from "#tests/support/api-client.ts";
import { newBrowserSubscription } from "#tests/support/browser-subscription.ts";
import { arriveAtWorkspace, expect, signIn, test } from "#tests/support/e2e.ts";

const shop = "https://shop.example";

test("by keyboard alone one signs in, writes and sends, and always sees where one is", async ({
  page,
  product,
  pushService,
}) => {
  const { credentials, ...api } = await registerAt(product.url);
  const { id: siteId } = await api.post<{ id: string }>("/api/v1/sites", { name: "Kettle & Cup", url: shop });
  const { subscription } = newBrowserSubscription(pushService.endpoint(crypto.randomUUID()));
  const headers = { origin: shop };
  await call(`${product.url}/api/sdk/v1/subscriptions`, { method: "POST", headers, body: { siteId, subscription } });

  await page.goto("/sign-in");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(credentials.email);
  await tabTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(credentials.password);
  await tabTo(page, page.getByRole("button", { name: "Sign in" }));
  await page.keyboard.press("Enter");
  const workspace = await arriveAtWorkspace(page);

  // "g", then the letter of the page.
  await page.getByRole("main").waitFor();
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForURL(`${workspace}/campaigns`, { timeout: 1_000 });
  }).toPass();
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "New campaign" }).first());
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${workspace}/campaigns/new`);

  const title = page.getByRole("textbox", { name: "Title" });
  const message = page.getByRole("textbox", { name: "Message" });
  const review = page.getByRole("button", { name: "Review and send" });
  await test.step("what is missing gets the cursor, and what is there stays", async () => {
    await tabTo(page, message);
    await page.keyboard.type("Stovetop kettles, 20 % off until Sunday.");
    await tabTo(page, review, "backwards");
    await page.keyboard.press("Enter");
    await expect(title).toBeFocused();
    await expect(title).toHaveAccessibleDescription(/.+/);
    await expect(message).toHaveValue("Stovetop kettles, 20 % off until Sunday.");
  });

  await page.keyboard.type("Kettles are back");
  await tabTo(page, review, "backwards");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Send “Kettles are back” now?" });
  const send = dialog.getByRole("button", { name: "Send now" });
  await expect(send).toBeEnabled();
  await tabTo(page, send);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(review).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(send).toBeEnabled();
  await tabTo(page, send);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  await expect(page.getByText("1 of 1", { exact: false }).first()).toBeVisible({ timeout: 30_000 });
});

test("a refused sign-in keeps the address and says what is wrong", async ({ page, product }) => {
  const { credentials } = await registerAt(product.url);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(credentials.email);
  await page.getByLabel("Password", { exact: true }).fill("not my password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: /\w/ }).first()).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(credentials.email);
  await page.getByLabel("Password", { exact: true }).fill(credentials.password);
  await page.keyboard.press("Enter");
  await arriveAtWorkspace(page);
});

test("a campaign that was not saved is there again after a reload", async ({ page, product }) => {
  const api = await registerAt(product.url);
  await api.post("/api/v1/sites", { name: "Kettle & Cup", url: shop });
  const workspace = await signIn(page, api.credentials);
  await page.goto(`${workspace}/campaigns/new`);
  const title = page.getByRole("textbox", { name: "Title" });
  await title.fill("Kettles are back");
  await expect(page.getByText("Not saved yet")).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => JSON.stringify(localStorage)), { message: "the draft is kept" })
    .toContain("Kettles are back");
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await expect(title).toHaveValue("Kettles are back");
  await expect(page.getByText("Your unsaved changes are back")).toBeVisible();
});

/** Presses Tab until the target has the focus; every stop on the way must be seen. */
async function tabTo(page: Page, target: Locator, direction: "forwards" | "backwards" = "forwards"): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press(direction === "forwards" ? "Tab" : "Shift+Tab");
    const unseen = await page.evaluate(unseenFocus);
    expect.soft(unseen, "what has the focus and cannot be seen").toBeNull();
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`80 presses of Tab do not reach ${target}`);
}

/** Runs in the page: null when what has the focus is in sight and marked, else what it is. */
function unseenFocus(): string | null {
  const element = document.activeElement;
  if (!element || element === document.body) return null; // at the document's edge
  const { left, top, width, height } = element.getBoundingClientRect();
  const onTop = document.elementFromPoint(left + width / 2, top + height / 2);
  const isInSight = onTop !== null && (element.contains(onTop) || onTop.contains(element));
  const styles = [element, element.parentElement]
    .filter((one) => one !== null)
    .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after")]);
  const isMarked = styles.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && outlineWidth !== "0px");
  if (isInSight && isMarked) return null;
  return `${isInSight ? "unmarked" : "out of sight"}: ${element.outerHTML.slice(0, 200)}`;
}
