import { Skeleton } from "#components/ui/skeleton.tsx";

export default function DeliverabilityLoading() {
  return (
    <div aria-busy="true" className="grid gap-5">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-28" />
      <Skeleton className="h-48" />
      <Skeleton className="h-20" />
      <Skeleton className="h-64" />
    </div>
  );
}
