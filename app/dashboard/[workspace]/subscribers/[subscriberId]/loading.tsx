import { Skeleton } from "#components/ui/skeleton.tsx";

export default function SubscriberLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-start justify-between">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-8 w-24" />
      </div>
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid content-start gap-5">
          <Skeleton className="h-32 rounded-lg" />
          <Skeleton className="h-72 rounded-lg" />
        </div>
        <div className="grid content-start gap-5">
          <Skeleton className="h-64 rounded-lg" />
          <Skeleton className="h-24 rounded-lg" />
        </div>
      </div>
    </div>
  );
}
