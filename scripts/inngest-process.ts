import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectNode, root, stateDir } from "./install.mjs";

/**
 * What the local Inngest server's process is started with, to stay small at the same speed. Its garbage is short-lived,
 * so a small young generation costs nothing and spares a third of its memory.
 */
export const inngestFlags = ["--max-semi-space-size=4"];

/** Compiled sources are kept here: see `prepareInngest`. */
export const inngestVariables = { NODE_COMPILE_CACHE: join(stateDir, "inngest") };

/**
 * Strips the server's sources of their types, in a process that ends. A process that does so itself loads a compiler of
 * 16 MiB and never gives them back; with this the server finds all of it in the cache. Does nothing where the cache
 * cannot be written.
 */
export async function prepareInngest(): Promise<void> {
  const load = 'import("./inngest/local/main.ts")';
  const env = { ...process.env, ...inngestVariables };
  const child = spawn(projectNode, ["--eval", load], { cwd: root, env, stdio: "ignore" });
  await once(child, "exit").catch(() => {});
}
