/**
 * The statements that every call needs, as functions in the database: one round trip instead of many, and one commit
 * for all that happen at the same moment. What is rare is settled in TypeScript (settle.ts), by the same rules.
 */

/**
 * Plans are made while the tables are small and used when they are not, so nothing but index scans is allowed. A bitmap
 * scan would not even mark the entries of rows that are gone, and walk all of them again at the next call.
 */
const planner =
  "set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off";

/** A call that would be larger says so, and the SDK fetches events and memos by itself. */
export const maxCallBytes = 4 * 1024 * 1024;

/**
 * Gives up to `max_calls` due calls to a server, with all that their requests need. Never more of one concurrency key
 * than its limit: the lock makes counts exact over all servers. Of several functions the one with the fewest calls under
 * way goes first, and none takes the last ten places; of one function the run with the lowest `ord`.
 *
 * A call that a full key holds back is parked on it, so that it is not looked at again until the key has room: what waits
 * costs others nothing. Run rows are not touched and locked queue rows skipped, so that it cannot deadlock with a
 * transaction that settles a run. A row without id says that there is more to look at. Memos that are too many for a
 * call are not read: there may be 100 such runs.
 */
const claimCalls = `
  create or replace function claim_calls(me int, max_calls int, paused_fns text[])
  returns table (
    id bigint, run_id text, fn_id text, step text, gen int, attempt int, ver int, event text, events text,
    targeted boolean, memo_count int, memo_bytes int, memo_ids text, memos text
  ) language plpgsql ${planner} as $$
  #variable_conflict use_column
  declare
    candidate record;
    counts jsonb;              -- calls under way by concurrency key
    busy jsonb;                -- calls of this server under way by function
    places int;                -- of this server, taken or not, that one function may fill
    full_keys text[];
    picked bigint[] := '{}';
    parked int;
    looked int := 0;
    full_key text;
    ckey text;
  begin
    perform pg_advisory_xact_lock(1850299754, 0);
    update queue set parked_on = null where id = any(array(
      select id from queue
      where worker is null and kind = 'call' and parked_on = '@' and run_at <= clock_timestamp()
      order by run_at limit 1000 for update skip locked
    ));
    select coalesce(jsonb_object_agg(k.ckey, k.calls), '{}'),
           coalesce(array_agg(k.ckey) filter (where k.calls >= split_part(k.ckey, '|', 2)::int), '{}')
      into counts, full_keys
      from (select unnest(ckeys) as ckey, count(*) as calls from queue where worker is not null group by 1) k;
    select coalesce(jsonb_object_agg(f.fn_id, f.calls), '{}'), coalesce(sum(f.calls), 0) + max_calls
      into busy, places
      from (select fn_id, count(*) as calls from queue where worker = me group by 1) f;
    places := greatest(places - 10, 1);
    loop
      parked := 0;
      for candidate in
        with recursive fns as (
          (select fn_id from queue where worker is null and kind = 'call' and parked_on is null
            order by fn_id limit 1)
          union all
          select (select q.fn_id from queue q where q.worker is null and q.kind = 'call' and q.parked_on is null
                    and q.fn_id > fns.fn_id order by q.fn_id limit 1)
            from fns where fns.fn_id is not null
        ), keys as (
          (select parked_on from queue where worker is null and parked_on <> '@' order by parked_on limit 1)
          union all
          select (select q.parked_on from queue q where q.worker is null and q.parked_on <> '@'
                    and q.parked_on > keys.parked_on order by q.parked_on limit 1)
            from keys where keys.parked_on is not null
        ), heads as (
          select q.* from fns, lateral (
            select id, fn_id, ord from queue
            where fn_id = fns.fn_id and worker is null and kind = 'call' and parked_on is null
              and not id = any(picked)
            order by ord, id
            limit least(max_calls - cardinality(picked), places - coalesce((busy ->> fns.fn_id)::int, 0))
          ) q where not fns.fn_id = any(paused_fns) and places > coalesce((busy ->> fns.fn_id)::int, 0)
          union all
          select q.* from keys, lateral (
            select w.id, w.fn_id, w.ord from (
              select id, fn_id, ord from queue
              where parked_on = keys.parked_on and parked_on <> '@' and worker is null and not id = any(picked)
              order by ord, id limit 1000
            ) w where not w.fn_id = any(paused_fns)
            limit least(max_calls - cardinality(picked),
              split_part(keys.parked_on, '|', 2)::int - coalesce((counts ->> keys.parked_on)::int, 0))
          ) q where keys.parked_on is not null and not keys.parked_on = any(full_keys)
        ), ranked as (
          select id, ord, row_number() over (partition by fn_id order by ord, id)
                          + coalesce((busy ->> fn_id)::int, 0) as turn from heads
        )
        select q.* from (select * from ranked order by turn, ord, id) r, lateral (
          select id, fn_id, ckeys, parked_on, run_at > clock_timestamp() as early
            from queue where id = r.id and worker is null for update skip locked
        ) q
      loop
        exit when cardinality(picked) >= max_calls;
        full_key := null;
        if candidate.early then
          full_key := '@';
        elsif candidate.ckeys && full_keys then
          foreach ckey in array candidate.ckeys loop
            if ckey = any(full_keys) then
              full_key := ckey;
              exit;
            end if;
          end loop;
        end if;
        if full_key is not null then
          if full_key is distinct from candidate.parked_on then
            update queue set parked_on = full_key where id = candidate.id;
            parked := parked + 1;
          end if;
          continue;
        end if;
        continue when coalesce((busy ->> candidate.fn_id)::int, 0) >= places;
        picked := picked || candidate.id;
        busy := jsonb_set(busy, array[candidate.fn_id], to_jsonb(coalesce((busy ->> candidate.fn_id)::int, 0) + 1));
        foreach ckey in array candidate.ckeys loop
          counts := jsonb_set(counts, array[ckey], to_jsonb(coalesce((counts ->> ckey)::int, 0) + 1));
          if (counts ->> ckey)::int >= split_part(ckey, '|', 2)::int then
            full_keys := full_keys || ckey;
          end if;
        end loop;
      end loop;
      exit when parked = 0 or cardinality(picked) >= max_calls;
      looked := looked + parked;
      if looked >= 2000 then
        return next;
        exit;
      end if;
    end loop;
    if cardinality(picked) = 0 then
      return;
    end if;
    update queue q set worker = me, gen = q.gen + 1, parked_on = null where q.id = any(picked);
    return query
      select q.id, q.run_id, q.fn_id, q.step, q.gen, q.attempt, r.ver, r.events[1],
             case when cardinality(r.events) > 1 then array_to_string(r.events, ',') end,
             -- Counted, for \`exists\` would be answered from a hash of the whole queue.
             q.step is null and (select count(*) from queue o
               where o.run_id = q.run_id and o.kind = 'call' and o.step is not null) > 0,
             m.memo_count, m.memo_bytes, m.memo_ids, m.memos
        from unnest(picked) as p(id), lateral (select * from queue where id = p.id offset 0) q,
             lateral (select * from run where id = q.run_id offset 0) r, lateral (
          select count(*)::int as memo_count, coalesce(sum(octet_length(s.data)), 0)::int as memo_bytes,
                 string_agg(to_json(s.id)::text, ',' order by s.seq) as memo_ids,
                 string_agg(to_json(s.id)::text || ':' || s.data, ',' order by s.seq)
                   filter (where s.all_bytes <= ${maxCallBytes}) as memos
            from (
              select id, seq, data, sum(octet_length(data)) over () as all_bytes from step where run_id = q.run_id
            ) s
        ) m;
  end
  $$;
`;

/** Asks a function what comes next. One such call per run at a time: asked for during one, it follows that one. */
const discover = `
  create or replace function discover(run text, fn text, rank double precision, keys text[]) returns void language plpgsql as $$
  begin
    insert into queue (key, kind, run_id, fn_id, ord, ckeys) values (run || ':d', 'call', run, fn, rank, keys)
    on conflict (key) do update set again = true where queue.worker is not null;
  end
  $$;
`;

/**
 * Settles what is plain, many at once: `complete` a run that nobody waits for; `step`, the end of a planned step;
 * `next`, a step after which the function is called again; `checkpoint`, a step of a call that goes on; `timer`, the
 * end of a sleep or wait.
 *
 * It never waits for a run that another transaction holds, so it cannot deadlock: that one is `busy`. `gone`: the run
 * ended or the call was taken over, so nothing is to do. `other`: somebody waits for the run's end.
 */
const settleMany = `
  create or replace function settle_many(
    me int, kinds text[], run_ids text[], call_ids bigint[], gens int[], steps text[], memos text[], vers int[],
    lifecycle text[]
  ) returns table (place int, outcome text)
  language plpgsql ${planner} as $$
  declare
    r record;
    q record;
    is_held boolean;
    left_over text[];
  begin
    for place in select o.n from unnest(run_ids) with ordinality as o(run_id, n) order by o.run_id, o.n loop
      -- By primary key alone: a plan may take a partial index of the state for the smaller one, and walk through it.
      select id, fn_id, status, pending, ver, ord, ckeys, parent_run into r
        from run where id = run_ids[place] for update skip locked;
      is_held := found;
      select id, run_id, gen, worker, attempt into q from queue where id = call_ids[place] for update skip locked;
      if not found then
        is_held := false;
        select id, run_id, gen, worker, attempt into q from queue where id = call_ids[place];
      end if;
      if q.run_id is distinct from run_ids[place] or r.status <> 'Running'
         or kinds[place] <> 'timer' and (q.gen <> gens[place] or q.worker is null)
         or kinds[place] not in ('timer', 'checkpoint') and q.worker <> me then
        outcome := 'gone';
        return next;
        continue;
      end if;
      if not is_held then
        outcome := 'busy';
        return next;
        continue;
      end if;
      outcome := 'settled';
      if kinds[place] = 'complete' then
        if r.parent_run is not null
           or exists (select 1 from wait where kind = 'event' and name = any(lifecycle)) then
          outcome := 'other';
        else
          delete from queue where run_id = r.id;
          delete from wait where run_id = r.id;
          update run set status = 'Completed', output = memos[place], ended_at = now(),
                         started_at = coalesce(started_at, now()), pending = '{}' where id = r.id;
        end if;
        return next;
        continue;
      end if;
      if kinds[place] = 'timer' then
        insert into step (run_id, id, data)
        select r.id, steps[place],
               case when exists (select 1 from wait where run_id = r.id and step = steps[place] and kind = 'invoke')
                    then memos[place] else 'null' end
        on conflict do nothing;
        delete from queue where id = q.id;
        delete from wait where run_id = r.id and step = steps[place];
      else
        insert into step (run_id, id, data) values (r.id, steps[place], memos[place]) on conflict do nothing;
      end if;
      left_over := array_remove(r.pending, steps[place]);
      if left_over <> r.pending or (r.ver = -1 and vers[place] >= 1) then
        update run set pending = left_over, ver = case when r.ver = -1 then greatest(vers[place], -1) else r.ver end
         where id = r.id;
      end if;
      case kinds[place]
        when 'timer' then
          perform discover(r.id, r.fn_id, r.ord, r.ckeys);
        when 'step' then
          delete from queue where id = q.id;
          if left_over = '{}' then
            perform discover(r.id, r.fn_id, r.ord, r.ckeys);
          end if;
        when 'next' then
          update queue set worker = null, again = false, t0 = null, attempt = 0, run_at = now(), parked_on = null
           where id = q.id;
        when 'checkpoint' then
          if q.attempt > 0 then
            update queue set attempt = 0 where id = q.id;
          end if;
      end case;
      return next;
    end loop;
  end
  $$;
`;

export const storedFunctions = claimCalls + discover + settleMany;
