"use client";

import { AreaError } from "#components/frame/area-error.tsx";

export default function SegmentsError(props: { error: unknown; retry: () => void }) {
  return <AreaError {...props} />;
}
