import { Skeleton } from "#components/ui/skeleton.tsx";

export default function SitePartLoading() {
  return (
    <div aria-busy="true" className="grid max-w-3xl gap-4">
      {["a", "b", "c", "d", "e"].map((key) => (
        <Skeleton key={key} className="h-16 rounded-lg" />
      ))}
    </div>
  );
}
