import { expect, test } from "vitest";
import { cn } from "#components/ui/cn.ts";

test.each([
  [["h-8 px-3", "h-auto px-0"], "h-auto px-0"],
  [["hover:bg-muted bg-card", "bg-muted"], "hover:bg-muted bg-muted"],
  [["text-base text-muted-foreground text-end", "text-sm"], "text-muted-foreground text-end text-sm"],
  [["border border-input", "border-danger-border"], "border border-danger-border"],
  [["border border-input", "border-t border-b-2"], "border border-input border-t border-b-2"],
  [["flex flex-1 items-center", "flex-none"], "flex items-center flex-none"],
  [["px-2 ps-4", "p-1"], "p-1"],
  [["p-1", "ps-4"], "p-1 ps-4"],
  [["w-4 h-4", "size-6"], "size-6"],
  [["font-medium font-mono", "font-normal"], "font-mono font-normal"],
  [["-me-1.5", "me-2"], "me-2"],
  [["[&_svg:not([class*='size-'])]:size-4", "size-8"], "[&_svg:not([class*='size-'])]:size-4 size-8"],
  [["hidden", false, null, undefined, "grid"], "grid"],
  [["focus-visible:outline-2 whatever", "whatever"], "focus-visible:outline-2 whatever whatever"],
])("%j becomes %j", (classes, merged) => {
  expect(cn(...classes)).toBe(merged);
});
