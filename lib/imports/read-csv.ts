import "server-only";
import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { AppError, invalid } from "#lib/errors.ts";
import { maxImportBytes, maxImportColumns, maxImportRows } from "./schema.ts";

/** Longest record, in characters: an unclosed quote would otherwise swallow the rest of the file. */
const maxRecordLength = 100_000;

export interface CsvFile {
  columns: string[];
  /** The file's records after the header, in pieces of at most `pieceSize`; each with the number of its first row. */
  pieces: AsyncGenerator<{ firstRow: number; records: string[][] }>;
}

/**
 * Reads a CSV file as it comes, a piece at a time: UTF-8 or UTF-16 with its byte order mark, split by comma, semicolon
 * or tab, quoted as in RFC 4180. Memory stays flat whatever its size.
 *
 * @throws validation_error (field `file`) it is no CSV, its header cannot be used, a quote is not closed, no rows
 * @throws body_too_large over 200,000 rows or 150 MB
 */
export async function readCsv(source: AsyncIterable<Uint8Array>, pieceSize: number): Promise<CsvFile> {
  const text = decode(source);
  const first = await text.next();
  const start = first.done ? "" : first.value;
  if (start.trim() === "") throw refuse("The file is empty.");
  const records = readRecords(start, text);
  const header = await records.next();
  if (header.done) throw refuse("The file is empty.");
  const columns = checkHeader(header.value);
  return { columns, pieces: inPieces(records, pieceSize) };
}

async function* inPieces(records: AsyncGenerator<string[]>, pieceSize: number) {
  let piece: string[][] = [];
  let row = 1;
  let firstRow = 2;
  for await (const record of records) {
    row += 1;
    if (row - 1 > maxImportRows)
      throw new AppError(
        "body_too_large",
        `A file may hold at most ${maxImportRows.toLocaleString("en")} rows. Split it.`,
      );
    piece.push(record);
    if (piece.length < pieceSize) continue;
    yield { firstRow, records: piece };
    piece = [];
    firstRow = row + 1;
  }
  if (row === 1) throw refuse("The file has a header and no rows.");
  if (piece.length > 0) yield { firstRow, records: piece };
}

async function* readRecords(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter: delimiterOf(start),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordLength,
    record_delimiter: ["\r\n", "\n", "\r"],
  });
  // A fault of the source destroys the parser with it, and so reaches the loop below.
  pipeline(Readable.from(whole(start, rest)), parser, () => {});
  try {
    for await (const record of parser as AsyncIterable<string[]>) yield record;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refuse(faultOf(error, Number(error.records) + 1));
  } finally {
    parser.destroy();
  }
}

async function* whole(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

function faultOf(error: CsvError, row: number): string {
  switch (error.code) {
    case "CSV_MAX_RECORD_SIZE":
      return `Row ${row} is longer than 100,000 characters: perhaps a quote is opened there and not closed.`;
    case "CSV_QUOTE_NOT_CLOSED":
      return `Row ${row}: a quote is opened and not closed.`;
    case "CSV_INVALID_CLOSING_QUOTE":
      return `Row ${row}: after a closing quote comes no separator. Double the quotes that are inside a cell.`;
    case "INVALID_OPENING_QUOTE":
      return `Row ${row}: a quote stands in the middle of a cell. Quote the whole cell and double the quotes inside.`;
    default:
      return `Row ${row} cannot be read: ${error.message}`;
  }
}

/** Bytes as text, without the byte order mark. */
async function* decode(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxImportBytes)
      throw new AppError("body_too_large", `A file may hold at most ${maxImportBytes / 1_048_576} MB. Split it.`);
    if (decoder) {
      yield decodeChunk(decoder, chunk, true);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < 8_192) continue;
    decoder = decoderFor(head);
    yield decodeChunk(decoder, head, true);
  }
  if (!decoder) {
    decoder = decoderFor(head);
    yield decodeChunk(decoder, head, true);
  }
  yield decodeChunk(decoder, new Uint8Array(), false);
}

function decodeChunk(decoder: TextDecoder, chunk: Uint8Array, stream: boolean): string {
  let text: string;
  try {
    text = decoder.decode(chunk, { stream });
  } catch {
    throw refuse("The file is not in UTF-8. Save it as “CSV UTF-8”.");
  }
  if (text.includes("\u0000")) throw refuse(notCsv);
  return text;
}

const notCsv = "This is not a CSV file.";

/** By the first bytes, which is all that a file says of itself. */
function decoderFor(head: Buffer): TextDecoder {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder("utf-16le", { fatal: true });
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder("utf-16be", { fatal: true });
  const magic = head.subarray(0, 4).toString("latin1");
  if (magic.startsWith("PK")) throw refuse("This is an Excel workbook or another packed file. Save it as CSV.");
  if (
    magic === "%PDF" ||
    magic.startsWith("\x89PN") ||
    magic.startsWith("\xff\xd8\xff") ||
    magic.startsWith("\x1f\x8b")
  )
    throw refuse(notCsv);
  if (/^\s*[[{<]/.test(head.subarray(0, 100).toString("latin1"))) throw refuse(notCsv);
  if (head.includes(0))
    throw refuse("The file is neither UTF-8 nor UTF-16 with its byte order mark. Save it as “CSV UTF-8”.");
  return new TextDecoder("utf-8", { fatal: true });
}

/** The separator that the header line has most of, outside of quotes. */
function delimiterOf(text: string): string {
  const header = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? "").replaceAll(/"(?:[^"]|"")*"/g, "");
  const count = (separator: string) => header.split(separator).length - 1;
  return [",", ";", "\t"].reduce((best, each) => (count(each) > count(best) ? each : best));
}

function checkHeader(cells: string[]): string[] {
  const columns = cells.map((cell) => cell.trim());
  if (columns.length > maxImportColumns) throw refuse(`At most ${maxImportColumns} columns.`);
  const nameless = columns.indexOf("");
  if (nameless >= 0) throw refuse(`Row 1 must name every column; column ${nameless + 1} has no name.`);
  const data = columns.find(looksLikeData);
  if (data !== undefined)
    throw refuse(`The header is missing: row 1 must name the columns, and “${data.slice(0, 60)}” looks like data.`);
  const seen = new Set<string>();
  for (const column of columns) {
    const name = column.toLowerCase();
    if (seen.has(name)) throw refuse(`Two columns have the name “${column.slice(0, 60)}”.`);
    seen.add(name);
  }
  return columns;
}

function looksLikeData(cell: string): boolean {
  return (
    cell.length > 200 ||
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell) ||
    /^https?:\/\//i.test(cell) ||
    /^\+?[\d\s().-]{5,}$/.test(cell)
  );
}

function refuse(message: string): AppError {
  return invalid("file", message);
}
