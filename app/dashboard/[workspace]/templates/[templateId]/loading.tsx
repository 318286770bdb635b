import { Skeleton } from "#components/ui/skeleton.tsx";

export default function TemplateLoading() {
  return (
    <div aria-busy="true">
      <div className="mb-6 flex items-center justify-between">
        <Skeleton className="h-6 w-40" />
        <Skeleton className="h-8 w-32" />
      </div>
      <div className="grid gap-8 lg:grid-cols-[minmax(0,40rem)_minmax(0,23rem)] lg:justify-between">
        <div className="grid content-start gap-5">
          {["name", "title", "message", "link", "icon"].map((key) => (
            <div key={key} className="grid gap-2">
              <Skeleton className="h-3.5 w-24" />
              <Skeleton className={key === "message" ? "h-26" : "h-8"} />
            </div>
          ))}
        </div>
        <div className="grid content-start gap-3">
          <Skeleton className="h-8" />
          <Skeleton className="h-72" />
        </div>
      </div>
    </div>
  );
}
