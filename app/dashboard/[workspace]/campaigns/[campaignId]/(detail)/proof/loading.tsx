import { Skeleton } from "#components/ui/skeleton.tsx";

export default function CampaignProofLoading() {
  return (
    <div aria-busy="true" className="grid gap-6 lg:grid-cols-2">
      <Skeleton className="h-80 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
    </div>
  );
}
