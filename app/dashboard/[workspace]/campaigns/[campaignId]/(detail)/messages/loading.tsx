import { Skeleton, TableSkeleton } from "#components/ui/skeleton.tsx";

export default function MessagesLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-4 flex gap-2">
        {["all", "sent", "failed"].map((key) => (
          <Skeleton key={key} className="h-7 w-20" />
        ))}
      </div>
      <div className="overflow-hidden rounded-lg border border-border bg-card">
        <TableSkeleton rows={10} columns={6} />
      </div>
    </div>
  );
}
