/** Next calls this once when a server process starts, before it takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepareIncomingRequests } = await import("#lib/http/incoming-requests.ts");
  const { startProcess } = await import("#lib/process.ts");
  prepareIncomingRequests();
  await startProcess();
}
