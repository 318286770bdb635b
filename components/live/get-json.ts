/**
 * Reads the API with the dashboard's session cookie.
 *
 * @param path below /api/v1, with its query
 * @throws Error with the answer's own words
 */
export async function getJson<Wire>(path: string, workspaceId: string, signal: AbortSignal): Promise<Wire> {
  const url = new URL(`/api/v1${path}`, location.origin);
  url.searchParams.set("workspaceId", workspaceId);
  const response = await fetch(url, { signal, headers: { accept: "application/json" } });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(errorMessage(body) ?? `The server answered ${response.status}.`);
  // The server encodes by the same schema that `Wire` is inferred from.
  return body as Wire;
}

function errorMessage(body: unknown): string | undefined {
  const error: unknown = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  const message: unknown =
    typeof error === "object" && error !== null && "message" in error ? error.message : undefined;
  return typeof message === "string" ? message : undefined;
}
