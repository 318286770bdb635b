import { Skeleton } from "#components/ui/skeleton.tsx";

export default function FeedLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-start justify-between">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-8 w-40" />
      </div>
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-96 rounded-lg" />
        <Skeleton className="h-64 rounded-lg" />
      </div>
    </div>
  );
}
