import { Skeleton } from "#components/ui/skeleton.tsx";

export default function SiteLoading() {
  return (
    <div aria-busy="true" className="grid gap-5">
      <Skeleton className="h-18 rounded-lg" />
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Skeleton className="h-80 rounded-lg" />
        <Skeleton className="h-80 rounded-lg" />
      </div>
    </div>
  );
}
