import { defineConfig } from "vitest/config";

// Server modules import "server-only", which is empty under this condition and throws under any other.
const condition = "react-server";
const shared = { ssr: { resolve: { conditions: [condition, "node"], externalConditions: [condition, "node"] } } };
const node = {
  environment: "node" as const,
  pool: "forks" as const,
  execArgv: [`--conditions=${condition}`],
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ["tests/support/global-setup.ts"],
    projects: [
      {
        ...shared,
        test: {
          ...node,
          name: "fast",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/e2e/**", "tests/faults/**", "tests/scripts/**"],
          setupFiles: ["tests/support/test-env.ts"],
          testTimeout: 15_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          ...node,
          // These start the whole product and kill parts of it: one file after the other, when the rest is done.
          name: "product",
          include: ["tests/faults/**/*.test.ts", "tests/scripts/**/*.test.ts"],
          maxWorkers: 1,
          // A port that was free when it was chosen may be somebody's by the time a product takes it.
          retry: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
