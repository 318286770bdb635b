import { test as base, expect, type Page } from "@playwright/test";
import { type FeedServer, startFeedServer } from "./feed-server.ts";
import { type Product, startProduct } from "./product.ts";
import { type PushService, type PushServiceOptions, startPushService } from "./push-service.ts";

/** Whoever signs up with such an address sees the System page: one for the walk over all pages, one for its own test. */
export const administrators = { ofPages: "pages@example.com", ofSystem: "system@example.com" };

interface WorkerFixtures {
  pushServiceOptions: PushServiceOptions;
  /** A push service that the product trusts and may send to. */
  pushService: PushService;
  /** Feeds and pages that the product may read. */
  feedServer: FeedServer;
  /** The whole product, started at first use and shared by all files. Pages' relative addresses go to it. */
  product: Product;
}

/** Playwright's `test`, against the started product. */
export const test = base.extend<{ baseURL: string }, WorkerFixtures>({
  pushServiceOptions: [{}, { option: true, scope: "worker" }],
  pushService: [
    async ({ pushServiceOptions }, use) => {
      const service = await startPushService(pushServiceOptions);
      await use(service);
      await service.close();
    },
    { scope: "worker" },
  ],
  feedServer: [
    // Playwright reads what a fixture needs from this pattern; this one needs nothing, and the pattern must not be empty.
    async ({ pushServiceOptions: _ }, use) => {
      const server = await startFeedServer();
      await use(server);
      server.close();
    },
    { scope: "worker" },
  ],
  product: [
    async ({ pushService, feedServer }, use) => {
      const product = await startProduct({
        env: {
          EXTRA_PUSH_HOSTS: pushService.host,
          NODE_EXTRA_CA_CERTS: pushService.caPath,
          EGRESS_ALLOW: feedServer.host,
          // Every test has an account of its own, and an address may make only twenty an hour: see `registerAt`.
          TRUSTED_PROXY_HOPS: "1",
          ADMIN_EMAILS: Object.values(administrators).join(),
        },
      });
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
});

/** Signs in through the page. @returns the address of the first workspace: `/dashboard/<id>` */
export async function signIn(page: Page, account: { email: string; password: string }): Promise<string> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  return await arriveAtWorkspace(page);
}

/** Waits for the dashboard. @returns the workspace's address: `/dashboard/<id>` */
export async function arriveAtWorkspace(page: Page): Promise<string> {
  await page.waitForURL(workspacePath);
  return workspacePath.exec(page.url())?.[0] ?? "";
}

const workspacePath = /\/dashboard\/[0-9a-f-]{36}(?=$|[/?])/;

export { expect };
