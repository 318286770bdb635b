// `npm run faults`: the fault tests at the size that the promises name, on this machine. Takes hours; what was measured
// goes into docs/guarantees.md, row by row. `npm run faults -- G4 G6` runs only those. `OUTAGE_MINUTES=20` shortens the hour of G10.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..");
const only = process.argv.slice(2);
const files = ["sending", "push-services", "rates", "drips"].map((name) => `tests/faults/${name}.test.ts`);
const words = ["run", "--project", "product", ...files, ...(only.length === 0 ? [] : ["-t", `(${only.join("|")}):`])];
const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...words], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FAULTS: "full" },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
