import { Skeleton, TableSkeleton } from "#components/ui/skeleton.tsx";

export default function AuditLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-4 flex gap-2">
        {["a", "b", "c", "d", "e"].map((key) => (
          <Skeleton key={key} className="h-7 w-24" />
        ))}
      </div>
      <div className="overflow-hidden rounded-lg border border-border bg-card">
        <TableSkeleton rows={12} columns={4} />
      </div>
    </div>
  );
}
