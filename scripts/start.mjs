// npm start and npm run dev. Runs on Node 20 with nothing installed: installs, then hands over to supervise.ts on the
// Node that came with the packages. Plain JavaScript for that reason.
import { runMain } from "./fault.mjs";
import { handOver } from "./hand-over.mjs";
import { install } from "./install.mjs";

await runMain(async () => {
  await install((line) => console.log(line));
  await handOver("supervise.ts", process.argv.slice(2));
});
