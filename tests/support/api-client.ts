/** A person's or program's view of a running product: JSON over HTTP, nothing else. */
export interface ApiClient {
  workspaceId: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

interface Registered {
  accessToken: string;
  workspace: { id: string };
}

/** Registers a new account at a running product. */
export async function registerAt(url: string): Promise<ApiClient> {
  const email = `person-${crypto.randomUUID()}@example.com`;
  const registered = await call<Registered>(`${url}/api/v1/auth/register`, {
    method: "POST",
    body: { email, password: "correct horse battery", name: "Ada" },
  });
  const headers = { authorization: `Bearer ${registered.accessToken}`, "x-workspace-id": registered.workspace.id };
  return {
    workspaceId: registered.workspace.id,
    get: (path) => call(`${url}${path}`, { method: "GET", headers }),
    post: (path, body) => call(`${url}${path}`, { method: "POST", headers, body: body ?? {} }),
  };
}

/**
 * One JSON call.
 *
 * @throws Error with status and body when the status is not 2xx
 */
export async function call<T>(
  url: string,
  options: { method: string; headers?: Record<string, string>; body?: unknown },
): Promise<T> {
  const response = await fetch(url, {
    method: options.method,
    headers: { ...options.headers, ...(options.body === undefined ? {} : { "content-type": "application/json" }) },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${options.method} ${url}: ${response.status} ${text}`);
  return text === "" ? (undefined as T) : JSON.parse(text);
}
