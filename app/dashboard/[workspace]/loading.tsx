import { Skeleton } from "#components/ui/skeleton.tsx";

/** Also stands in for pages of the workspace that have no skeleton of their own. */
export default function HomeLoading() {
  return (
    <div aria-busy="true" className="grid gap-5">
      <div className="mb-1 grid gap-2">
        <Skeleton className="h-6 w-28" />
        <Skeleton className="w-64 max-w-full" />
      </div>
      <Skeleton className="h-20 rounded-lg" />
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-80 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
      <Skeleton className="h-52 rounded-lg" />
    </div>
  );
}
