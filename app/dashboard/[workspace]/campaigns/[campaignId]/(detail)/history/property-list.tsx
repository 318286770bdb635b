/** An event's properties on a line; the rest is in its details. */
export function PropertyList({ properties }: { properties: Record<string, unknown> }) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return <span className="text-muted-foreground">–</span>;
  return (
    <code className="block max-w-72 truncate text-sm" dir="ltr">
      {entries.map(([key, value]) => `${key}: ${String(value)}`).join(", ")}
    </code>
  );
}
