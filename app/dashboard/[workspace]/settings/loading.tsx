import { Skeleton } from "#components/ui/skeleton.tsx";

export default function SettingsLoading() {
  return (
    <div aria-busy="true" className="grid gap-8">
      {["a", "b"].map((key) => (
        <div key={key} className="grid gap-x-10 gap-y-4 lg:grid-cols-[16rem_minmax(0,40rem)]">
          <div className="grid content-start gap-2">
            <Skeleton className="w-28" />
            <Skeleton className="h-3 w-52" />
          </div>
          <Skeleton className="h-14" />
        </div>
      ))}
    </div>
  );
}
