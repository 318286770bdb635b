"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Crumb } from "#components/ui/breadcrumb.tsx";

type CrumbState = { crumbs: Crumb[]; set: (crumbs: Crumb[]) => void };

const CrumbContext = createContext<CrumbState>({ crumbs: [], set: () => {} });

/** Holds what a page adds to the breadcrumb after its menu entry. */
export function Crumbs({ children }: { children: ReactNode }) {
  const [crumbs, set] = useState<Crumb[]>([]);
  return <CrumbContext value={{ crumbs, set }}>{children}</CrumbContext>;
}

export function useCrumbs(): Crumb[] {
  return useContext(CrumbContext).crumbs;
}

/** Put on a page below its area's first: adds its name, and those between, to the breadcrumb. Draws nothing. */
export function PageCrumbs({ crumbs }: { crumbs: Crumb[] }) {
  const { set } = useContext(CrumbContext);
  // By content: a server component hands over a new array with every render.
  const content = JSON.stringify(crumbs);
  useEffect(() => {
    set(JSON.parse(content));
    return () => set([]);
  }, [content, set]);
  return null;
}
