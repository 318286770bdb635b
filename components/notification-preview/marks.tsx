import { cn } from "#components/ui/cn.ts";

/** A browser with a ring of three colours, as a round mark. */
export function ChromeMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={className}>
      <path d="M12 2a10 10 0 0 1 8.66 5H12a5 5 0 0 0-4.33 2.5L3.6 6.6A10 10 0 0 1 12 2Z" fill="#ea4335" />
      <path d="M21.4 8.6A10 10 0 0 1 12 22l4.33-7.5a5 5 0 0 0 .5-4.1l-.6-1.8z" fill="#fbbc04" />
      <path d="M3 7.7 7.67 14.5A5 5 0 0 0 12 17c.5 0 1-.07 1.4-.2L11 22A10 10 0 0 1 3 7.7Z" fill="#34a853" />
      <circle cx="12" cy="12" r="4.9" fill="#fff" />
      <circle cx="12" cy="12" r="3.9" fill="#4285f4" />
    </svg>
  );
}

/** A globe with a tail of fire, as a round mark. */
export function FirefoxMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={className}>
      <circle cx="12" cy="12.5" r="9.5" fill="#ff7139" />
      <path
        d="M20.6 8.2c1.6 3.9.6 8.7-2.8 11.4-4 3.200-9.600 2.700-12.700-1.100 3 1.600 6.700 1.300 9.200-1 2.700-2.500 3-6.200 1.300-8.700 2 .3 3.300 1.200 4 2.400.5-1 .9-2 1-3Z"
        fill="#ffbd4f"
      />
      <path
        d="M12.600 2c-.6 2 .5 3.300 2 4.600 2.200 1.900 3.600 4.200 2.700 7.400C19.900 9.800 18 4.500 12.600 2Z"
        fill="#ffde67"
      />
      <circle cx="11" cy="13" r="4.600" fill="#7542e5" />
      <path
        d="M6.700 8.500c1.900-.5 3.500.2 4.600 1.300 1 .2 2.300 0 3 1-1.300.2-2.200.9-2.800 1.900-1 1.700-3.500 1.400-4.500-.4-.4 1-.4 2.100 0 3.200-1.400-1.900-1.600-4.900-.3-7Z"
        fill="#ff9640"
      />
    </svg>
  );
}

/** A compass on blue, as a rounded square. */
export function SafariMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={className}>
      <rect width="24" height="24" rx="5.4" fill="#f4f5f7" />
      <circle cx="12" cy="12" r="9.400" fill="#1b8ef2" />
      <circle
        cx="12"
        cy="12"
        r="8.300"
        fill="none"
        stroke="#fff"
        strokeWidth=".9"
        strokeDasharray=".5 1.670"
        opacity=".8"
      />
      <path d="m17.800 6.200-4.500 7.100-2.600-2.600z" fill="#ff3b30" />
      <path d="m6.200 17.800 4.500-7.100 2.600 2.600z" fill="#fff" />
    </svg>
  );
}

/** The site's icon; without one its first letter on grey, as browsers draw it. */
export function SiteIcon({
  url,
  host,
  className,
}: {
  url: string | null | undefined;
  host: string;
  className?: string;
}) {
  if (url) {
    return (
      <img src={url} alt="" referrerPolicy="no-referrer" className={cn("shrink-0 bg-white object-cover", className)} />
    );
  }
  return (
    <span className={cn("grid shrink-0 place-items-center bg-[#5f6b7c] font-semibold text-white uppercase", className)}>
      {[...host.replace(/^www\./, "")][0] ?? "?"}
    </span>
  );
}
