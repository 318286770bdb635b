// The local Inngest server as a process of its own, on the database that DATABASE_URL names; process.ts lists the rest.
import { logToStdout, messageOf } from "./log.ts";
import { runServer } from "./process.ts";

// Imported, it is only to be compiled: see scripts/inngest-process.ts.
if (import.meta.main) {
  runServer(process.env).catch((error: unknown) => {
    logToStdout("start_failed", { error: messageOf(error) });
    process.exit(1);
  });
}
