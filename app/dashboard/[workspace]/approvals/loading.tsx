import { Skeleton } from "#components/ui/skeleton.tsx";

export default function ApprovalsLoading() {
  return (
    <div aria-busy="true" className="grid gap-3">
      <Skeleton className="h-7 w-48" />
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} className="h-10 rounded-lg" />
      ))}
    </div>
  );
}
