import { TableSkeleton } from "#components/ui/skeleton.tsx";

export default function SystemLoading() {
  return <TableSkeleton rows={6} columns={5} />;
}
