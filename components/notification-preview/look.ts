import type { PlatformRules, PreviewContent } from "./platforms.ts";

export type PreviewState = "collapsed" | "expanded";

export type LookProps = { content: PreviewContent; rules: PlatformRules; state: PreviewState };

const clamps = [
  "",
  "line-clamp-1 break-all",
  "line-clamp-2",
  "line-clamp-3",
  "line-clamp-4",
  "line-clamp-5",
  "line-clamp-6",
  "line-clamp-7",
  "line-clamp-8",
  "line-clamp-9",
  "line-clamp-10",
];

/** Cuts text after so many lines with "…", as the platform does. */
export function clamp(lines: number): string {
  return clamps[lines] ?? "";
}
