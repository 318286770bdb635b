/** Next calls this once when a server process starts, before it takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { appendSocketAddress } = await import("#lib/http/forwarded-for.ts");
  const { startProcess } = await import("#lib/process.ts");
  appendSocketAddress();
  await startProcess();
}
