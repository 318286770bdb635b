import { Skeleton } from "#components/ui/skeleton.tsx";

export default function GroupsLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-start justify-between">
        <div className="grid gap-2">
          <Skeleton className="h-6 w-36" />
          <Skeleton className="w-80 max-w-full" />
        </div>
        <Skeleton className="h-8 w-32" />
      </div>
      <Skeleton className="mb-3 h-8 w-full sm:w-64" />
      <Skeleton className="h-80 w-full rounded-lg" />
    </div>
  );
}
