import { Skeleton } from "#components/ui/skeleton.tsx";

export default function CampaignLoading() {
  return (
    <div aria-busy="true" className="grid gap-5">
      <div className="grid gap-3 rounded-lg border border-border bg-card p-4">
        <Skeleton className="w-48" />
        <Skeleton className="h-2" />
        <Skeleton className="w-72 max-w-full" />
      </div>
      <div className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-border bg-border sm:grid-cols-5">
        {["recipients", "sent", "shown", "clicked", "rate"].map((key) => (
          <div key={key} className="grid gap-2 bg-card px-4 py-3">
            <Skeleton className="h-3 w-16" />
            <Skeleton className="h-6 w-12" />
          </div>
        ))}
      </div>
      <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Skeleton className="h-72 rounded-lg" />
        <Skeleton className="h-40 rounded-lg" />
      </div>
    </div>
  );
}
