// `npm run faults`: the fault tests at the size that the promises name, on this machine. Takes hours; what was measured
// goes into docs/guarantees.md, row by row. `npm run faults -- G4` runs only that one.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..");
const [only] = process.argv.slice(2);
const files = ["tests/faults/sending.test.ts", "tests/faults/push-services.test.ts", "tests/faults/drips.test.ts"];
const words = ["run", "--project", "product", ...files, ...(only === undefined ? [] : ["-t", `${only}:`])];
const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...words], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FAULTS: "full" },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
