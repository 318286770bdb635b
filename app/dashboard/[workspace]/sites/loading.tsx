import { Skeleton, TableSkeleton } from "#components/ui/skeleton.tsx";

export default function SitesLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-start justify-between">
        <div className="grid gap-2">
          <Skeleton className="h-6 w-28" />
          <Skeleton className="w-80 max-w-full" />
        </div>
        <Skeleton className="h-8 w-28" />
      </div>
      <div className="overflow-hidden rounded-lg border border-border bg-card">
        <TableSkeleton rows={4} columns={5} />
      </div>
    </div>
  );
}
