import { test as base } from "@playwright/test";
import { type Product, startProduct } from "./product.ts";

interface WorkerFixtures {
  /** Set with test.use({ productEnv: {…} }): environment of the product, and then one of its own for that file. */
  productEnv: Record<string, string>;
  /** The whole product, started at first use. Pages' relative addresses go to it. */
  product: Product;
}

/** Playwright's `test`, against the started product. */
export const test = base.extend<{ baseURL: string }, WorkerFixtures>({
  productEnv: [{}, { option: true, scope: "worker" }],
  product: [
    async ({ productEnv }, use) => {
      const product = await startProduct({ env: productEnv });
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
});

export { expect } from "@playwright/test";
