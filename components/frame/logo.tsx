import { cn } from "#components/ui/cn.ts";

/** The mark: a paper dart on its way, in the accent. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cn("size-6", className)}>
      <rect width="24" height="24" rx="6" className="fill-primary" />
      <path
        d="M18.6 5.6 5.3 10.7c-.5.2-.5.9 0 1.1l4.9 1.9 1.9 4.9c.2.5.9.5 1.1 0z"
        className="fill-primary-foreground"
      />
      <path d="m10.2 13.7 4-4" fill="none" strokeWidth="1.4" strokeLinecap="round" className="stroke-primary" />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cn("inline-flex items-center gap-2 text-lg font-semibold tracking-tight", className)}>
      <LogoMark />
      PushPilot
    </span>
  );
}
