import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { Pool } from "pg";

/**
 * The SQL that leads from a live database to the Prisma schema.
 *
 * Prisma's native engine is a download; this is the same one as WebAssembly, from npm.
 *
 * @param url a database that has all earlier migrations
 * @param schemaDir a folder of *.prisma files
 */
export async function diffSchema(url: string, schemaDir: string): Promise<string> {
  const files = readdirSync(schemaDir)
    .filter((file) => file.endsWith(".prisma"))
    .sort()
    .map((file) => ({ path: join(schemaDir, file), content: readFileSync(join(schemaDir, file), "utf8") }));
  const pool = new Pool({ connectionString: url });
  const engine = await openEngine(files, pool);
  try {
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: schemaDir },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: null,
      filters: { externalTables: ["public._prisma_migrations"], externalEnums: [] },
    });
    return withoutDefaultsOf(await generatedColumns(pool), stdout ?? "");
  } finally {
    engine.free();
    await pool.end();
  }
}

async function generatedColumns(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT DISTINCT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND a.attgenerated <> ''`,
  );
  return rows.map(({ name }) => name);
}

/** Prisma takes what a generated column is made of for a default, which it would drop. */
function withoutDefaultsOf(columns: string[], sql: string): string {
  return columns.reduce((rest, column) => {
    const change = `ALTER COLUMN "${column}" DROP DEFAULT`;
    return rest
      .replaceAll(`,\n${change}`, "")
      .replaceAll(`${change},\n`, "")
      .replaceAll(new RegExp(`^-- AlterTable\nALTER TABLE "\\w+" ${change};\n`, "gm"), "");
  }, sql);
}

async function openEngine(files: { path: string; content: string }[], pool: Pool): Promise<bindings.SchemaEngine> {
  const module = new URL("schema_engine_bg.wasm", import.meta.resolve("@prisma/schema-engine-wasm/schema_engine_bg"));
  const { instance } = await WebAssembly.instantiate(readFileSync(fileURLToPath(module)), {
    "./schema_engine_bg.js": { ...bindings },
  });
  const { exports } = instance;
  bindings.__wbg_set_wasm(exports);
  if (typeof exports.__wbindgen_start === "function") exports.__wbindgen_start();
  return await bindings.SchemaEngine.new(
    { datamodels: files.map(({ path, content }): [string, string] => [path, content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapterForSchema(pool)),
  );
}

/**
 * Prisma's adapter fails on PostgreSQL's internal one-letter type "char", which the engine's own queries select. The
 * result passes through it as an array of such letters, whose type it knows, and is named rightly behind it.
 */
function adapterForSchema(pool: Pool): PrismaPg {
  const letter = { oid: 18, arrayOid: 1002 };
  const query = pool.query.bind(pool) as (...words: unknown[]) => Promise<{ fields: { dataTypeID: number }[] }>;
  Object.assign(pool, {
    query: async (...words: unknown[]) => {
      const result = await query(...words);
      for (const field of result.fields) if (field.dataTypeID === letter.oid) field.dataTypeID = letter.arrayOid;
      return result;
    },
  });
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (words) => {
      const result = await queryRaw(words);
      const { Character, CharacterArray } = ColumnTypeEnum;
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === CharacterArray ? Character : type)) };
    };
    return adapter;
  };
  return factory;
}
