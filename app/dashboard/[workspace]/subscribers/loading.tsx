import { Skeleton, TableSkeleton } from "#components/ui/skeleton.tsx";

export default function SubscribersLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 grid gap-2">
        <Skeleton className="h-6 w-36" />
        <Skeleton className="w-80 max-w-full" />
      </div>
      <Skeleton className="mb-3 h-8 w-full sm:w-64" />
      <div className="mb-4 flex gap-2">
        <Skeleton className="h-7 w-24" />
        <Skeleton className="h-7 w-20" />
      </div>
      <div className="overflow-hidden rounded-lg border border-border bg-card">
        <TableSkeleton rows={10} columns={6} />
      </div>
    </div>
  );
}
