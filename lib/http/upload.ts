import "server-only";
import { AppError, invalid } from "#lib/errors.ts";

/** Of what stands before a form's file: its boundary and a few headers. */
const maxHeadBytes = 16_384;

/** No file. */
export async function* noUpload(): AsyncGenerator<Uint8Array> {}

/**
 * The file that a request brings, as it arrives: its body, or the first file in a form (`curl -F file=@people.csv`).
 *
 * Nothing of it is looked at before it is asked for: who may send it is found out first.
 *
 * @param type the media type that it must have when it comes by itself
 * @throws unsupported_media_type · validation_error (field `file`) there is none, or the form breaks off
 */
export async function* uploadOf(request: Request, type: string): AsyncGenerator<Uint8Array> {
  const given = request.headers.get("content-type") ?? "";
  const mediaType = given.split(";")[0]?.trim().toLowerCase() ?? "";
  if (mediaType === "multipart/form-data") {
    const boundary = /boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(given);
    yield* fileOfForm(bodyOf(request), boundary?.[1] ?? boundary?.[2] ?? "");
    return;
  }
  const known = [type, "text/plain", "application/vnd.ms-excel", "application/octet-stream"];
  if (!known.includes(mediaType))
    throw new AppError("unsupported_media_type", `Send the file with Content-Type: ${type}, or as “file” of a form.`);
  yield* bodyOf(request);
}

async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw invalid("file", "The file broke off before its end.");
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** The content of the first part with a file name (RFC 7578), without keeping more of it than a boundary's length. */
async function* fileOfForm(source: AsyncGenerator<Uint8Array>, boundary: string): AsyncGenerator<Uint8Array> {
  if (boundary === "") throw invalid("file", "The form names no boundary.");
  const end = Buffer.from(`\r\n--${boundary}`);
  // So that the first boundary, which has no line before it, is found like the others.
  let held: Buffer = Buffer.from("\r\n");
  let isInFile = false;
  try {
    for await (const chunk of source) {
      held = Buffer.concat([held, chunk]);
      while (!isInFile) {
        const at = held.indexOf(end);
        const from = at < 0 ? -1 : held.indexOf("\r\n\r\n", at);
        if (from < 0) break;
        isInFile = /content-disposition:[^\r\n]*filename/i.test(held.subarray(at, from).toString("latin1"));
        // What follows a blank line is content; a boundary right behind it begins the next part.
        held = held.subarray(from + (isInFile ? 4 : 2));
      }
      if (!isInFile) {
        if (held.length > maxHeadBytes) throw invalid("file", "The form holds no file among its first fields.");
        continue;
      }
      const at = held.indexOf(end);
      if (at >= 0) {
        if (at > 0) yield held.subarray(0, at);
        return;
      }
      const safe = held.length - end.length;
      if (safe <= 0) continue;
      yield held.subarray(0, safe);
      held = held.subarray(safe);
    }
    throw invalid("file", isInFile ? "The file broke off before its end." : "The form holds no file.");
  } finally {
    await source.return(undefined);
  }
}
