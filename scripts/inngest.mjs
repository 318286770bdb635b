// npm run inngest:local. Runs on Node 20 with nothing installed: installs, then hands over to inngest.ts on the Node that
// came with the packages. Plain JavaScript for that reason.
import module from "node:module";
import { join } from "node:path";
import { runMain } from "./fault.mjs";
import { handOver } from "./hand-over.mjs";
import { install, stateDir } from "./install.mjs";

await runMain(async () => {
  await install((line) => console.log(line));
  // For this process and for the one it may start; why, says inngest-process.ts.
  process.env.NODE_COMPILE_CACHE ??= join(stateDir, "inngest");
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await handOver("inngest.ts", process.argv.slice(2));
});
