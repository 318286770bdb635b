import Link from "next/link";
import { cn } from "#components/ui/cn.ts";

export type StateChip = { key: string; label: string; href: string; current: boolean; count?: number };

/** One choice of a few, each an address: the filter over a list. */
export function StateChips({ label, chips }: { label: string; chips: StateChip[] }) {
  return (
    <nav aria-label={label} className="-mx-1 mb-3 flex gap-1 overflow-x-auto px-1 py-1 [scrollbar-width:none]">
      {chips.map((chip) => (
        <Link
          key={chip.key}
          href={chip.href}
          scroll={false}
          aria-current={chip.current ? "page" : undefined}
          className={cn(
            "flex h-7 shrink-0 items-center gap-1.5 rounded-md border px-2.5 text-sm font-medium transition-colors pointer-coarse:h-9",
            chip.current
              ? "border-border bg-muted text-foreground"
              : "border-transparent text-muted-foreground hover:bg-accent hover:text-foreground",
          )}
        >
          {chip.label}
          {chip.count !== undefined && (
            <span className="font-normal text-subtle-foreground tabular-nums">{chip.count}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}
