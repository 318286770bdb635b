import { Skeleton } from "#components/ui/skeleton.tsx";

export default function TemplatesLoading() {
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
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <div key={key} className="overflow-hidden rounded-lg border border-border bg-card">
            <Skeleton className="h-40 rounded-none" />
            <div className="grid gap-2 p-4">
              <Skeleton className="w-2/5" />
              <Skeleton className="h-3 w-1/4" />
              <Skeleton className="mt-2 h-8" />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
