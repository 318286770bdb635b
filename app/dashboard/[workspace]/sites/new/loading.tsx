import { Skeleton } from "#components/ui/skeleton.tsx";

export default function NewSiteLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 grid gap-2">
        <Skeleton className="h-6 w-32" />
        <Skeleton className="w-96 max-w-full" />
      </div>
      <div className="grid gap-x-16 gap-y-10 lg:grid-cols-[minmax(0,30rem)_minmax(0,22rem)]">
        <div className="grid gap-5">
          {["a", "b", "c", "d"].map((key) => (
            <div key={key} className="grid gap-2">
              <Skeleton className="w-32" />
              <Skeleton className="h-8" />
            </div>
          ))}
        </div>
        <div className="grid content-start gap-5">
          {["a", "b", "c", "d", "e"].map((key) => (
            <Skeleton key={key} className="h-9" />
          ))}
        </div>
      </div>
    </div>
  );
}
