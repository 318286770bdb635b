/** Next calls this once when a server process starts, before it takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { prepareIncomingRequests } = await import("#lib/http/incoming-requests.ts");
  const { startProcess } = await import("#lib/process.ts");
  prepareIncomingRequests();
  if (process.env.NODE_ENV === "production" && process.env.ROLE !== "worker") await answerBrowsersDirectly();
  await startProcess();
}

/** The two calls that every visitor's browser makes. */
async function answerBrowsersDirectly(): Promise<void> {
  const [{ answerDirectly }, subscriptions, events] = await Promise.all([
    import("#lib/http/direct.ts"),
    import("./app/api/sdk/v1/subscriptions/route.ts"),
    import("./app/api/sdk/v1/events/route.ts"),
  ]);
  answerDirectly([subscriptions.POST, events.POST]);
}
