import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

let script: Promise<{ body: ArrayBuffer; etag: string }> | undefined;

/** Scalar's viewer as its npm package has it (MIT), from our own origin. */
export async function GET(request: Request): Promise<Response> {
  script ??= load();
  const { body, etag } = await script;
  const headers = { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=86400", etag };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}

async function load() {
  const place = ["node_modules", "@scalar", "api-reference", "dist", "browser", "standalone.js"];
  const bytes = await readFile(join(/* turbopackIgnore: true */ process.cwd(), ...place));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { body: new Uint8Array(bytes).buffer, etag };
}
