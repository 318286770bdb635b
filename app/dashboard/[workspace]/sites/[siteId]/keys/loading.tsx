import { Skeleton } from "#components/ui/skeleton.tsx";

export default function SiteKeysLoading() {
  return (
    <div aria-busy="true" className="grid gap-5">
      <Skeleton className="h-48" />
      <Skeleton className="h-28" />
    </div>
  );
}
