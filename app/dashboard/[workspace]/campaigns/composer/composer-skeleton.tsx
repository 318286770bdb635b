import { Skeleton } from "#components/ui/skeleton.tsx";

/** The composer on its way: its columns, its fields. */
export function ComposerSkeleton() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-center justify-between">
        <Skeleton className="h-6 w-40" />
        <div className="flex gap-2 max-lg:hidden">
          <Skeleton className="h-8 w-24" />
          <Skeleton className="h-8 w-34" />
        </div>
      </div>
      <div className="grid gap-x-6 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_21.5rem_17.5rem]">
        <div className="grid content-start gap-5">
          {["name", "title", "message", "link", "icon"].map((key) => (
            <div key={key} className="grid gap-2">
              <Skeleton className="h-3.5 w-24" />
              <Skeleton className={key === "message" ? "h-26" : "h-8"} />
            </div>
          ))}
        </div>
        <div className="grid content-start gap-3 max-lg:hidden">
          <Skeleton className="h-8" />
          <Skeleton className="h-72" />
          <Skeleton className="h-8" />
        </div>
        <div className="grid content-start gap-3 max-xl:hidden">
          <Skeleton className="h-5 w-24" />
          <Skeleton className="h-16" />
          <Skeleton className="h-5 w-16" />
          <Skeleton className="h-16" />
          <Skeleton className="h-16" />
        </div>
      </div>
    </div>
  );
}
