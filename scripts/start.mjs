// npm start and npm run dev. Runs on Node 20 with nothing installed: installs, then hands over to supervise.ts on the
// Node that came with the packages. Plain JavaScript for that reason.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { runMain } from "./fault.mjs";
import { install, isProjectNode, projectNode, root } from "./install.mjs";

await runMain(async () => {
  await install((line) => console.log(line));
  if (isProjectNode()) await import("./supervise.ts");
  else await handOver();
});

/** Same terminal, same process group; signals go through (once: the supervisor knows doubles), the exit code comes back. */
async function handOver() {
  const child = spawn(projectNode, [join(root, "scripts", "supervise.ts"), ...process.argv.slice(2)], {
    // The channel tells the supervisor, should this process be killed.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  // npm was killed: nobody could stop us any more.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill("SIGTERM");
  }, 1_000).unref();
  await new Promise((done) => {
    child.once("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      clearInterval(watch);
      done(undefined);
    });
  });
}
