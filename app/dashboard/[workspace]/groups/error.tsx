"use client";

import { AreaError } from "#components/frame/area-error.tsx";

export default function GroupsError(props: { error: unknown; retry: () => void }) {
  return <AreaError {...props} />;
}
