"use client";

import { Tabs as Radix } from "radix-ui";
import { useState } from "react";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";
import { scrollRegion } from "./scroll-region.ts";

export type CodeTab = { id: string; label: string; code: string };

/** Code to copy. Several tabs are the same thing for several tools. */
export function CodeBlock({
  code,
  tabs,
  label,
  wrap,
  className,
}: {
  code?: string;
  tabs?: CodeTab[];
  /** A file name, or what the code is; also names the copy button's target. */
  label?: string;
  wrap?: boolean;
  className?: string;
}) {
  const panes = tabs ?? [{ id: "code", label: label ?? "", code: code ?? "" }];
  const [current, setCurrent] = useState(panes[0]?.id ?? "code");
  const shown = panes.find((pane) => pane.id === current) ?? panes[0];
  return (
    <Radix.Root
      value={current}
      onValueChange={setCurrent}
      className={cn("overflow-hidden rounded-lg border border-border bg-canvas", className)}
    >
      <div className="flex h-9 items-center justify-between gap-3 border-b border-border ps-3.5 pe-1">
        {tabs ? (
          <Radix.List aria-label={label} className="flex h-full gap-4 overflow-x-auto [scrollbar-width:none]">
            {tabs.map((tab) => (
              <Radix.Trigger
                key={tab.id}
                value={tab.id}
                className="-mb-px h-full shrink-0 border-b border-transparent text-sm font-medium text-muted-foreground hover:text-foreground focus-visible:-outline-offset-2 data-[state=active]:border-primary data-[state=active]:text-foreground"
              >
                {tab.label}
              </Radix.Trigger>
            ))}
          </Radix.List>
        ) : (
          <span className="truncate font-mono text-xs text-muted-foreground">{label}</span>
        )}
        <CopyButton text={shown?.code ?? ""} />
      </div>
      {panes.map((pane) => (
        <Radix.Content key={pane.id} value={pane.id} className="focus-visible:-outline-offset-2">
          <pre
            className={cn(
              "max-h-96 overflow-auto p-3.5 font-mono text-sm leading-5",
              wrap && "break-all whitespace-pre-wrap",
            )}
            {...scrollRegion}
          >
            <code dir="ltr">{pane.code}</code>
          </pre>
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
