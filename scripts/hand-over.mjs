// Plain JavaScript without dependencies: runs on the Node that happens to be there.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { isProjectNode, projectNode, root } from "./install.mjs";
import { onNpmEnd } from "./processes.mjs";

/**
 * Goes on with a TypeScript file of scripts/ on the Node that came with the packages: in this process when it is that
 * one, else in a child with the same flags, terminal and process group, whose exit code becomes ours. Signals go through (a
 * Ctrl-C arrives twice there: from the terminal too). The channel tells the child, should this process be killed.
 *
 * @param {string} file
 * @param {string[]} words
 */
export async function handOver(file, words) {
  if (isProjectNode()) {
    await import(`./${file}`);
    return;
  }
  const child = spawn(projectNode, [...process.execArgv, join(root, "scripts", file), ...words], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  onNpmEnd(() => child.kill("SIGTERM"));
  await new Promise((done) => {
    child.once("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      done(undefined);
    });
  });
}
