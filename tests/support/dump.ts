import { query } from "#lib/db.ts";

/** Everything in the database as text, a line a row: what somebody who steals a dump can read. */
export async function dumpDatabase(): Promise<string> {
  const tables = await query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    parts.push(...rows.map(({ row }) => `${name} ${row.replaceAll("\n", " ")}`));
  }
  return parts.join("\n");
}

/** Lines of a dump in which one of the texts stands: as it is, or in the hexadecimal of binary columns. */
export function linesWith(dump: string, texts: string[]): string[] {
  const wanted = texts.flatMap((text) => [text, Buffer.from(text).toString("hex")]);
  return dump.split("\n").filter((line) => wanted.some((text) => line.includes(text)));
}
