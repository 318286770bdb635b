/** A person's or program's view of a running product: JSON over HTTP, nothing else. */
export interface ApiClient {
  workspaceId: string;
  /** What the account signs in with. */
  credentials: { email: string; password: string };
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** Posts a CSV file. */
  upload<T>(path: string, csv: string): Promise<T>;
}

interface Registered {
  accessToken: string;
  workspace: { id: string };
}

/** What a new account signs in with; no two are the same. */
export function newCredentials(email = `person-${crypto.randomUUID()}@example.com`): ApiClient["credentials"] {
  return { email, password: "correct horse battery" };
}

/**
 * Registers a new account at a running product; with an e-mail of its own unless one is given. To a product that trusts a
 * proxy each comes from another address, so that any number can be made.
 */
export async function registerAt(url: string, email?: string): Promise<ApiClient> {
  const credentials = newCredentials(email);
  const body = { ...credentials, name: "Ada" };
  const registered = await call<Registered>(`${url}/api/v1/auth/register`, {
    method: "POST",
    headers: { "x-forwarded-for": `2001:db8::${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}` },
    body,
  });
  return client(url, credentials, registered.accessToken, registered.workspace.id);
}

/** Signs an account in again that `registerAt` made. */
export async function signInAt(
  url: string,
  credentials: ApiClient["credentials"],
  workspaceId: string,
): Promise<ApiClient> {
  const { accessToken } = await call<Pick<Registered, "accessToken">>(`${url}/api/v1/auth/token`, {
    method: "POST",
    body: credentials,
  });
  return client(url, credentials, accessToken, workspaceId);
}

function client(
  url: string,
  credentials: ApiClient["credentials"],
  accessToken: string,
  workspaceId: string,
): ApiClient {
  const headers = { authorization: `Bearer ${accessToken}`, "x-workspace-id": workspaceId };
  return {
    workspaceId,
    credentials,
    get: (path) => call(`${url}${path}`, { method: "GET", headers }),
    post: (path, body) => call(`${url}${path}`, { method: "POST", headers, body: body ?? {} }),
    patch: (path, body) => call(`${url}${path}`, { method: "PATCH", headers, body }),
    upload: async (path, csv) => {
      const sent = { method: "POST", headers: { ...headers, "content-type": "text/csv" }, body: csv };
      const response = await fetch(`${url}${path}`, { ...sent, signal: AbortSignal.timeout(15_000) });
      if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
      return await response.json();
    },
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
