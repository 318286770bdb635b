import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** A list with nothing in it yet: what it is for, the one next step, and a picture of the result. */
export function EmptyState({
  icon,
  picture,
  title,
  children,
  action,
  secondary,
  wholePage,
  className,
}: {
  icon?: ReactNode;
  /** What it will look like once there is something: a small drawing or a faded example. */
  picture?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  secondary?: ReactNode;
  /** It stands in place of a page and its header, so its title is the page's. */
  wholePage?: boolean;
  className?: string;
}) {
  const Title = wholePage ? "h1" : "h2";
  return (
    <div className={cn("mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center", className)}>
      {picture ? (
        <div
          aria-hidden="true"
          className="mb-7 w-full text-start [mask-image:linear-gradient(to_bottom,black_55%,transparent)]"
        >
          {picture}
        </div>
      ) : (
        icon && (
          <div
            aria-hidden="true"
            className="mb-4 grid size-10 place-items-center rounded-lg border border-border bg-muted text-muted-foreground [&_svg]:size-5"
          >
            {icon}
          </div>
        )
      )}
      <Title className="text-lg font-semibold">{title}</Title>
      {children && <p className="mt-1 text-pretty text-muted-foreground">{children}</p>}
      {(action || secondary) && (
        <div className="mt-5 flex flex-wrap items-center justify-center gap-2">
          {action}
          {secondary}
        </div>
      )}
    </div>
  );
}
