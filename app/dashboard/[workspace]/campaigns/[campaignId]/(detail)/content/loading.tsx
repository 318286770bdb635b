import { Skeleton } from "#components/ui/skeleton.tsx";

export default function ContentLoading() {
  return (
    <div aria-busy="true" className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_23rem]">
      <div className="grid gap-4 rounded-lg border border-border bg-card p-4">
        {["title", "message", "link", "site", "audience"].map((key) => (
          <div key={key} className="flex gap-6">
            <Skeleton className="w-24" />
            <Skeleton className="flex-1" />
          </div>
        ))}
      </div>
      <Skeleton className="h-80 rounded-lg" />
    </div>
  );
}
