import { vi } from "vitest";
import { closeDatabase, query } from "#lib/db.ts";

/** A clock that can be moved, the same for this process and for its database. Where it was moved to, it goes on from. */
export interface SimulatedClock {
  now(): Date;
  goTo(at: Date): Promise<void>;
  stop(): void;
}

/**
 * Puts this test file's database and process on a clock of the test's: `now()` in statements, defaults of columns, and
 * `Date`. Timers go on as ever. Call it before anything is written.
 */
export async function simulateClock(start: Date): Promise<SimulatedClock> {
  // Unqualified functions are looked for there first, in every connection from now on.
  await query("CREATE SCHEMA simulated");
  await query("CREATE TABLE simulated.clock (at timestamptz NOT NULL, moved_at timestamptz NOT NULL)");
  await query("INSERT INTO simulated.clock VALUES ($1, clock_timestamp())", [start]);
  for (const name of ["now", "clock_timestamp"])
    await query(
      `CREATE FUNCTION simulated.${name}() RETURNS timestamptz LANGUAGE sql STABLE
       AS 'SELECT at + greatest(pg_catalog.${name}() - moved_at, interval ''0'') FROM simulated.clock'`,
    );
  await query(`DO $$
    DECLARE c record;
    BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = simulated, pg_catalog, public', current_database());
      FOR c IN SELECT table_name, column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND (column_default ILIKE '%current_timestamp%' OR column_default ILIKE '%now()%') LOOP
        EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I SET DEFAULT simulated.now()', c.table_name, c.column_name);
      END LOOP;
    END $$`);
  await closeDatabase();
  vi.useFakeTimers({ toFake: ["Date"], now: start, shouldAdvanceTime: true });
  return {
    now: () => new Date(),
    async goTo(at) {
      await query("UPDATE simulated.clock SET at = $1, moved_at = pg_catalog.clock_timestamp()", [at]);
      vi.setSystemTime(at);
    },
    stop: () => vi.useRealTimers(),
  };
}
