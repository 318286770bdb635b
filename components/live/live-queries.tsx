"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

/** Stands around pages whose figures change while one looks. */
export function LiveQueries({ children }: { children: ReactNode }) {
  // One a browser tab, made in the component so that a server render never shares it between people.
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: true, staleTime: 500 } } }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
