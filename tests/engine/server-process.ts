import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";

const root = path.resolve(import.meta.dirname, "../..");

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

export type ChildServer = {
  process: ChildProcess;
  lines: Record<string, unknown>[];
  /** Ends it without a warning, as a power cut would. */
  kill(): Promise<void>;
  /** Ends it by SIGTERM. @returns the exit code */
  terminate(): Promise<number | null>;
};

/** Runs a TypeScript file of this repository in a process of its own; resolves when it has logged `started`. */
export async function startChild(file: string, env: Record<string, string>, args: string[] = []): Promise<ChildServer> {
  const child = spawn(process.execPath, [path.join(root, file), ...args], {
    env: { ...process.env, INNGEST_DEV: "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines: Record<string, unknown>[] = [];
  const started = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    lines.push(entry);
    if (entry.event === "started") started.resolve();
  });
  ended.then(() => started.reject(new Error(`${file} ended at once: ${JSON.stringify(lines)}`)));
  await started.promise;
  return {
    process: child,
    lines,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    terminate: async () => {
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
  };
}
