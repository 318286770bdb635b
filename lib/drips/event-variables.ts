/** An event's properties as values of `{{event.<key>}}`. */
export function variablesOf(
  properties: Record<string, string | number | boolean | null>,
): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      `event.${key}`,
      typeof value === "boolean" ? String(value) : value,
    ]),
  );
}
