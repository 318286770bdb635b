// A worker that is there to be killed: works on an import until somebody ends it.
import { workOnImport } from "#lib/imports/work.ts";

const [workspaceId = "", importId = ""] = process.argv.slice(2);
process.stdout.write("working\n");
await workOnImport(workspaceId, importId, 60_000);
