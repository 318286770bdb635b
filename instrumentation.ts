/** Runs once before the server takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { appendSocketAddress } = await import("#lib/http/forwarded-for.ts");
  appendSocketAddress();
}
