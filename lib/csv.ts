/** Writing CSV (RFC 4180) that spreadsheets open without harm, a page at a time. */

export type Cell = string | number | boolean | Date | null | undefined;

/**
 * One cell. What a spreadsheet would take for a formula gets an apostrophe in front, which our own import takes off
 * again: cells that begin with = + - @ tab or carriage return. Numbers are themselves.
 */
export function csvCell(value: Cell): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = value instanceof Date ? value.toISOString() : value;
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/**
 * A CSV file as a stream: the next page is asked for when the last one was taken, so memory stays flat whatever the
 * length.
 *
 * @param nextPage rows of cells; an empty page, or undefined, ends the file
 */
export function csvStream(
  header: readonly string[],
  nextPage: () => Promise<Cell[][] | undefined>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(csvLine(header))),
    async pull(controller) {
      const rows = await nextPage();
      if (!rows || rows.length === 0) controller.close();
      else controller.enqueue(encoder.encode(rows.map(csvLine).join("")));
    },
  });
}
