import { storedFunctions } from "./stored-functions.ts";

/**
 * The server's own tables, in the schema `inngest_local`. Each entry is applied once, in order; never edit one that
 * was released, add another.
 *
 * Payloads are text, never jsonb: step output may hold \u0000 and lone surrogates, and its key order is kept.
 */
export const migrations: readonly string[] = [
  `
  create table app (
    id text primary key,
    url text not null,
    sdk text,
    framework text,
    hash text not null,                              -- of the registered functions: an unchanged app is not written
    error text,                                      -- why the last registration was refused
    synced_at timestamptz not null default now()
  );

  create table fn (
    id text primary key,                             -- "app-function", the id on the wire
    app_id text not null,
    config json not null,                            -- as registered
    active boolean not null default true
  );

  create table event (
    id text primary key,                             -- ULID
    ext_id text,                                     -- the id its sender gave
    name text not null,
    body text not null,                              -- as functions see it
    at timestamptz not null default now(),
    done boolean not null default false,             -- fanned out, or set aside with an error
    tries int not null default 0,
    error text
  );
  create index event_todo on event (id) where not done;
  create index event_at on event (at);

  create table run (
    id text primary key,                             -- ULID
    fn_id text not null,
    idem text,                                       -- null 24 h after creation
    event_id text not null,
    events text[] not null,
    status text not null default 'Running',          -- Running, Completed, Failed, Cancelled
    pending text[] not null default '{}',            -- planned parallel steps still to finish before the next discovery
    ver int not null default -1,                     -- execution version that the SDK chose
    output text,                                     -- result, or the error of a failed run
    parent_run text,
    parent_step text,
    single text,                                     -- singleton key
    ckeys text[] not null default '{}',              -- concurrency keys: function#index|limit|value
    ord double precision not null,                   -- ms since 1970 less priority: lower goes first
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  );
  create unique index run_once on run (fn_id, idem);
  create unique index run_single on run (fn_id, single) where status = 'Running';
  create index run_running on run (fn_id) where status = 'Running';
  create index run_event on run (event_id);
  create index run_created on run (created_at);

  create table step (
    run_id text not null,
    id text not null,                                -- sha1 of the step's name
    seq bigint generated always as identity,         -- order of completion
    data text not null,                              -- the memo exactly as sent to the SDK
    primary key (run_id, id)
  );

  create table queue (
    id bigint generated always as identity primary key,
    key text not null unique,
    kind text not null,                              -- call, sleep, waitto, debounce, batch, cron, timeout
    run_id text,
    fn_id text not null,
    step text,                                       -- null: a discovery call
    data text[] not null default '{}',
    run_at timestamptz not null default now(),
    ord double precision not null default 0,
    attempt int not null default 0,
    gen int not null default 0,                      -- one more at every claim: fences late replies
    again boolean not null default false,            -- a discovery asked for while one was in flight
    ckeys text[] not null default '{}',
    worker int,                                      -- the server that is calling
    t0 timestamptz                                   -- debounce: first event; call: the app is unreachable since
  ) with (fillfactor = 70);
  create index queue_due on queue (run_at) where worker is null;
  create index queue_order on queue (ord, id) where worker is null and kind = 'call';
  create index queue_busy on queue (worker) where worker is not null;
  create index queue_run on queue (run_id);

  create table wait (
    run_id text not null,
    step text not null,
    kind text not null,                              -- event, signal, invoke
    name text not null,                              -- of the event or signal; of an invoked function: its run
    expr text,
    primary key (run_id, step)
  );
  create index wait_name on wait (kind, name);

  create table gate (
    key text primary key,
    tat timestamptz not null                         -- theoretical arrival time (GCRA)
  );
  `,
  `
  -- Gives up to max_calls due calls to a server, oldest run first, and never more of one concurrency key than its limit:
  -- the lock makes counts exact over all servers. Rows locked by others are skipped, run rows are not touched, so that
  -- it cannot deadlock with a transaction that settles a run.
  create function claim(me int, max_calls int, paused_fns text[]) returns setof queue language plpgsql as $$
  declare
    candidate queue;
    saturated text[];
    claimed int := 0;
  begin
    perform pg_advisory_xact_lock(1850299754, 0);
    saturated := saturated_ckeys();
    for candidate in
      select * from queue
      where worker is null and kind = 'call' and run_at <= clock_timestamp()
        and not ckeys && saturated and not fn_id = any(paused_fns)
      order by ord, id
      for update skip locked
    loop
      continue when candidate.ckeys && saturated;
      update queue set worker = me, gen = gen + 1 where id = candidate.id returning * into candidate;
      return next candidate;
      claimed := claimed + 1;
      exit when claimed >= max_calls;
      if candidate.ckeys <> '{}' then
        saturated := saturated_ckeys();
      end if;
    end loop;
  end
  $$;

  create function saturated_ckeys() returns text[] language sql as $$
    select coalesce(array_agg(ckey), '{}') from (
      select ckey from queue, unnest(ckeys) ckey where worker is not null
      group by ckey having count(*) >= split_part(ckey, '|', 2)::int
    ) full_keys
  $$;
  `,
  `
  create table refusal (                             -- registrations that were not taken, until their app sends a good one
    url text primary key,
    app_id text not null,
    error text not null,
    at timestamptz not null default now()
  );
  create index run_failed on run (id) where status = 'Failed';
  create index run_cancelled on run (id) where status = 'Cancelled';
  create index run_fn on run (fn_id, id);
  create index event_set_aside on event (id) where done and error is not null;
  `,
  `
  -- As before, but rows of keys that became full meanwhile are not walked through to the end: after some of them it
  -- looks again without those keys.
  create or replace function claim(me int, max_calls int, paused_fns text[]) returns setof queue language plpgsql as $$
  declare
    candidate queue;
    saturated text[];
    claimed int := 0;
    passed int;
    patience int := 100;
  begin
    perform pg_advisory_xact_lock(1850299754, 0);
    loop
      saturated := saturated_ckeys();
      passed := 0;
      for candidate in
        select * from queue
        where worker is null and kind = 'call' and run_at <= clock_timestamp()
          and not ckeys && saturated and not fn_id = any(paused_fns)
        order by ord, id
        limit greatest(max_calls - claimed, 0) + patience
        for update skip locked
      loop
        if candidate.ckeys && saturated then
          passed := passed + 1;
          continue;
        end if;
        update queue set worker = me, gen = gen + 1 where id = candidate.id returning * into candidate;
        return next candidate;
        claimed := claimed + 1;
        exit when claimed >= max_calls;
        if candidate.ckeys <> '{}' then
          saturated := saturated_ckeys();
        end if;
      end loop;
      exit when claimed >= max_calls or passed < patience;
      patience := patience * 3;
    end loop;
  end
  $$;
  `,
  `
  alter table queue add column parked_on text;         -- why a call is not looked at: '@' until its time, or a full key
  update queue set parked_on = '@' where worker is null and kind = 'call' and run_at > now();
  drop index queue_due;
  drop index queue_order;
  create index queue_timer on queue (run_at) where worker is null and (kind <> 'call' or parked_on = '@');
  create index queue_ready on queue (fn_id, ord, id) where worker is null and kind = 'call' and parked_on is null;
  create index queue_parked on queue (parked_on, ord, id) where worker is null and parked_on <> '@';
  alter table queue set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
  drop function claim;
  drop function saturated_ckeys;
  ${storedFunctions}
  `,
  // A run of many parallel steps is written once for each: room for those versions on its page.
  "alter table run set (fillfactor = 85)",
  // Anew, for databases that have them as they were: sizes in bytes, and no memos that a call will not carry.
  storedFunctions,
];
