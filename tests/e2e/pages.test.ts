import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { nav } from "#app/dashboard/[workspace]/nav.ts";
import { registerAt } from "#tests/support/api-client.ts";
import { administrators, test as base, expect, signIn } from "#tests/support/e2e.ts";
import { firstLoadBytes } from "#tests/support/first-load.ts";
import { expectAccessible, look, themes } from "#tests/support/look.ts";
import { type SeededWorkspace, seedWorkspace } from "#tests/support/seeded-workspace.ts";

const root = resolve(import.meta.dirname, "..", "..");

/** Every page there is, as its folder says: a new one is walked without a word here. */
const pages = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("page.tsx") && !file.includes("node_modules"))
  .map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`.replaceAll(/\/\([^)]+\)/g, ""))
  .sort();

const forwarding = ["/", "/dashboard"];
const forStrangers = /^\/(sign-in|sign-up|forgot-password|reset-password|invitation)/;
const widths = [1440, 1024, 390] as const;

interface Visitor {
  state: BrowserContextOptions["storageState"];
  workspace: string;
}

interface Fixtures {
  seeded: SeededWorkspace & Visitor;
  /** Someone who has just signed up: every list is empty. */
  newcomer: Visitor;
}

const test = base.extend<object, Fixtures>({
  seeded: [
    async ({ product, pushService, feedServer, browser }, use) => {
      const workspace = await seedWorkspace(product.url, pushService, feedServer, administrators.ofPages);
      await use({ ...workspace, ...(await visitor(browser, product.url, workspace.api.credentials)) });
    },
    { scope: "worker", timeout: 300_000 },
  ],
  newcomer: [
    async ({ product, browser }, use) => {
      const { credentials } = await registerAt(product.url);
      await use(await visitor(browser, product.url, credentials));
    },
    { scope: "worker" },
  ],
});

// The pictures tell more, and recording every page costs as much time as looking at it.
test.use({ trace: "off" });

async function visitor(
  browser: { newContext(options: BrowserContextOptions): Promise<BrowserContext> },
  baseURL: string,
  credentials: { email: string; password: string },
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL });
  const workspace = await signIn(await context.newPage(), credentials);
  const state = await context.storageState();
  await context.close();
  return { state, workspace };
}

for (const pattern of pages.filter((one) => !forwarding.includes(one))) {
  test(`${pattern} is sound in light and dark, at a desk and on a phone`, async ({ browser, product, seeded }) => {
    const state = forStrangers.test(pattern) ? undefined : seeded.state;
    await using context = await browser.newContext({
      baseURL: product.url,
      reducedMotion: "reduce",
      ...(state && { storageState: state }),
    });
    const page = await context.newPage();
    const faults = watch(page);
    await open(page, addressOf(pattern, seeded));
    for (const theme of themes) for (const width of widths) await look(page, nameOf(pattern), theme, width);
    await expectAccessible(page, "light", 1440);
    await expectAccessible(page, "dark", 390);
    expect.soft(faults, "what the browser complained about").toEqual([]);
    expect(await deadLinks(page), "links that lead nowhere").toEqual([]);
  });
}

for (const pattern of pages.filter((one) => /^\/dashboard\/\[workspace\]\/[^[]+$/.test(one))) {
  test(`${pattern} is sound for who has nothing yet`, async ({ browser, product, newcomer }) => {
    await using context = await browser.newContext({
      baseURL: product.url,
      reducedMotion: "reduce",
      ...(newcomer.state && { storageState: newcomer.state }),
    });
    const page = await context.newPage();
    const faults = watch(page);
    await open(page, pattern.replace("/dashboard/[workspace]", newcomer.workspace));
    await look(page, `${nameOf(pattern)}-empty`, "light", 1440);
    await look(page, `${nameOf(pattern)}-empty`, "dark", 390);
    await expectAccessible(page, "dark", 390);
    expect(faults, "what the browser complained about").toEqual([]);
  });
}

/** Pages that bring more so far, and what they may bring at most. */
const heavierKb: Record<string, number> = {
  "/dashboard/[workspace]/campaigns/[campaignId]/edit": 272,
  "/dashboard/[workspace]/campaigns/new": 271,
  "/dashboard/[workspace]/campaigns/[campaignId]/content": 249,
  "/dashboard/[workspace]/segments/[segmentId]/edit": 232,
  "/dashboard/[workspace]/segments/new": 231,
  "/dashboard/[workspace]/campaigns/[campaignId]": 227,
  "/dashboard/[workspace]/campaigns/[campaignId]/history": 226,
  "/dashboard/[workspace]/templates/[templateId]": 226,
  "/dashboard/[workspace]/templates/new": 225,
  "/dashboard/[workspace]/sites/[siteId]/settings": 225,
  "/dashboard/[workspace]/campaigns/[campaignId]/messages": 221,
  "/dashboard/[workspace]/campaigns/[campaignId]/proof": 219,
  "/dashboard/[workspace]/campaigns/[campaignId]/experiment": 219,
  "/dashboard/[workspace]/feeds": 218,
  "/dashboard/[workspace]/subscribers/import/[importId]": 215,
  "/dashboard/[workspace]/feeds/[feedId]": 215,
  "/dashboard/[workspace]/team": 212,
  "/dashboard/[workspace]/account": 210,
  "/dashboard/[workspace]/sites/[siteId]/install": 209,
};

/** What people type, cut and keep in an address, and what an attacker would. */
const oddQuery =
  "cursor=garbage&q=%00&tag=%ED%A0%80&status=foo&sort=passwordHash&page=-1&group=x&segment=x&cols=%00&id[not]=";

test("no page breaks on an address that was cut, typed or forged", async ({ browser, product, seeded }) => {
  await using context = await browser.newContext({
    baseURL: product.url,
    ...(seeded.state && { storageState: seeded.state }),
  });
  const broken: string[] = [];
  for (const pattern of pages.filter((one) => !forwarding.includes(one) && !forStrangers.test(one))) {
    const answer = await context.request.get(`${addressOf(pattern, seeded)}?${oddQuery}`);
    // What threw while it was drawn leaves its error's number where it should have stood.
    const digest = /data-dgst="\d+"|"digest":"\d+"/.exec(await answer.text());
    if (answer.status() >= 500 || digest) broken.push(`${pattern}: ${answer.status()} ${digest?.[0]}`);
  }
  expect(broken).toEqual([]);
});

test("no page brings more than 200 KB of script before it can be used, and the heavier ones get no heavier", async ({
  browser,
  product,
  seeded,
}) => {
  await using context = await browser.newContext({
    baseURL: product.url,
    ...(seeded.state && { storageState: seeded.state }),
  });
  const walked = pages.filter((one) => !forwarding.includes(one) && !forStrangers.test(one));
  const measured: [string, number][] = [];
  for (const pattern of walked)
    measured.push([pattern, await firstLoadBytes(context.request, addressOf(pattern, seeded))]);
  measured.sort(([, a], [, b]) => b - a);
  test.info().annotations.push({ type: "bytes", description: JSON.stringify(measured) });
  expect(
    measured.every(([, bytes]) => bytes > 50_000),
    "scripts were found in every page",
  ).toBe(true);
  expect(measured.filter(([pattern, bytes]) => bytes > (heavierKb[pattern] ?? 200) * 1_024)).toEqual([]);
});

test("every entry of the menu has its page", () => {
  const entries = nav.flatMap(({ items }) => items.map(({ path }) => `/dashboard/[workspace]${path && `/${path}`}`));
  expect(entries.filter((path) => !pages.includes(path))).toEqual([]);
});

/** A page's address in the seeded workspace. @throws when a parameter is one that nobody said a value for */
function addressOf(pattern: string, seeded: Fixtures["seeded"]): string {
  const campaign = pattern.endsWith("/edit") ? seeded.draftCampaignId : seeded.sentCampaignId;
  const address = pattern
    .replace("/dashboard/[workspace]", seeded.workspace)
    .replace("[siteId]", seeded.siteId)
    .replace("[subscriberId]", seeded.subscriberId)
    .replace("[campaignId]", campaign)
    .replace("[feedId]", seeded.feedId)
    .replace("[segmentId]", seeded.segmentId)
    .replace("[groupId]", seeded.groupId)
    .replace("[templateId]", seeded.templateId)
    .replace("[importId]", seeded.importId)
    .replace("/p/[token]", seeded.preferencePath)
    .replace("/invitation/[token]", `/invitation/${seeded.invitationToken}`)
    .replace("/reset-password/[token]", "/reset-password/used-already");
  if (address.includes("[")) throw new Error(`Say in addressOf() what stands for the parameter of ${pattern}.`);
  return address;
}

/** "/dashboard/[workspace]/campaigns/new" → "campaigns-new" */
function nameOf(pattern: string): string {
  const words = pattern.replace("/dashboard/[workspace]", "").replaceAll(/[[\]]/g, "").split("/").filter(Boolean);
  return words.join("-") || "home";
}

/** Collects what the browser complains about: errors of scripts and of the content security policy, missing files. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  return faults;
}

async function open(page: Page, address: string): Promise<void> {
  const response = await page.goto(address);
  expect(response?.status()).toBe(200);
  expect(new URL(page.url()).pathname).toBe(address);
  // A streamed "not found" has status 200 too.
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => {}));
}

/** Addresses that were found to lead somewhere, over all pages. */
const alive = new Set<string>();

/** Links of the page that lead nowhere, each asked for once. */
async function deadLinks(page: Page): Promise<string[]> {
  const links = await page.evaluate(() =>
    [...document.querySelectorAll("a")]
      .map(({ href }) => href)
      .filter((href) => new URL(href).origin === location.origin),
  );
  const dead: string[] = [];
  for (const link of new Set(links.map((href) => href.replace(/#.*/, "")))) {
    if (alive.has(link)) continue;
    const response = await page.request.get(link);
    if (response.ok()) alive.add(link);
    else dead.push(`${response.status()} ${link}`);
  }
  return dead;
}
