"use client";

import { Compass } from "lucide-react";
import Link from "next/link";
import { useParams } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

/** A thing of an area that is not there (any more), with the way back to the area's list. */
export function AreaNotFound({
  area,
  title,
  text,
  action,
}: {
  /** The area's folder below the workspace. */
  area: string;
  title: string;
  text: string;
  action: string;
}) {
  const { workspace } = useParams<{ workspace: string }>();
  return (
    <EmptyState
      wholePage
      icon={<Compass />}
      title={title}
      action={
        <Button variant="primary" asChild>
          <Link href={`/dashboard/${workspace}/${area}`}>{action}</Link>
        </Button>
      }
    >
      {text}
    </EmptyState>
  );
}
