import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's python3-dateutil: another hand's reading of RFC 5545, to hold ours against. */
const script = `
import json, sys
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
answers = []
for case in json.load(sys.stdin):
    rule = rrulestr("RRULE:" + case["rrule"], dtstart=datetime.fromisoformat(case["start"]))
    answers.append([each.isoformat() for each in islice(rule, case["count"])])
json.dump(answers, sys.stdout)
`;

function hasDateutil(): boolean {
  return spawnSync("python3", ["-c", "import dateutil.rrule"], { stdio: "ignore" }).status === 0;
}

/** Installs it where we are root on a Debian system. @throws naming the package where it is missing otherwise */
export function needDateutil(): void {
  if (hasDateutil()) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "python3-dateutil"], {
      env,
      stdio: "ignore",
    });
  }
  if (!hasDateutil())
    throw new Error("Missing for this test: python3-dateutil. On Debian: apt-get install python3-dateutil");
}

/**
 * The first firings of each rule as dateutil has them: wall times without a zone.
 *
 * @param cases `start` a wall time with seconds
 */
export function dateutilFirings(cases: { rrule: string; start: string; count: number }[]): string[][] {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`python3 said: ${stderr}`);
  return JSON.parse(stdout) as string[][];
}
