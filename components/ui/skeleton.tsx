import { cn } from "./cn.ts";

/** A grey stand-in the size of what is loading. Compose the real layout from these; never one big box. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cn("h-4 animate-shimmer rounded-sm bg-muted", className)} />;
}

const widths = ["w-3/5", "w-2/5", "w-1/2", "w-1/3", "w-2/3"];

/** The rows of a list on their way. */
export function TableSkeleton({ rows = 8, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <div aria-busy="true">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((row, y) => (
        <div key={row} className="flex h-10 items-center gap-6 border-b border-border px-4 last:border-b-0">
          {Array.from({ length: columns }, (_, column) => `${row}-${column}`).map((cell, x) => (
            <div key={cell} className={cn("flex-1", x === 0 && "flex-2", x > 1 && "max-md:hidden")}>
              <Skeleton className={cn("h-3", widths[(x * 2 + y) % widths.length])} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
