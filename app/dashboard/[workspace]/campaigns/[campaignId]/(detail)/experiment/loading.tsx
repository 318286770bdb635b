import { Skeleton } from "#components/ui/skeleton.tsx";

export default function ExperimentLoading() {
  return (
    <div aria-busy="true" className="grid gap-4">
      <Skeleton className="h-64 rounded-lg" />
    </div>
  );
}
