"use client";

import { AreaError } from "#components/frame/area-error.tsx";

export default function FeedsError(props: { error: unknown; retry: () => void }) {
  return <AreaError {...props} />;
}
