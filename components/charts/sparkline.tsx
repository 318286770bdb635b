import { cn } from "#components/ui/cn.ts";

/** A trend in a word's height, without axes: beside a figure that says the amount. Decorative for assistive technology. */
export function Sparkline({ values, className }: { values: number[]; className?: string }) {
  if (values.length < 2) return null;
  const top = Math.max(...values, 1);
  const step = 100 / (values.length - 1);
  const line = values
    .map((value, index) => `${(index * step).toFixed(2)},${(23 - (value / top) * 22).toFixed(2)}`)
    .join(" ");
  return (
    <svg
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      aria-hidden="true"
      className={cn("h-6 w-24 rtl:-scale-x-100", className)}
    >
      <polygon points={`0,24 ${line} 100,24`} className="fill-chart-1/12" />
      <polyline
        points={line}
        fill="none"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        className="stroke-chart-1"
      />
    </svg>
  );
}
