-- A retention run reports how much it deletes, and never deletes a reading that was accepted just now.

create function retention_cutoff(retention_days int) returns timestamptz language sql stable as $$
  select date_trunc('day', now() - make_interval(hours => 24 * nullif(retention_days, 0)) - interval '6 hours', 'UTC')
$$;
comment on function retention_cutoff(int) is
  'The time before which rows are dropped; null if none are. Whole days of UTC, and six hours late: brokers accept readings until they are retention_days old, by their own clocks and some time before the commit.';

-- A dead letter from a spool may be received long before it is stored, and is kept as long as any other.
alter table rejected_messages add column stored_at timestamptz;
comment on column rejected_messages.stored_at is
  'When a broker stored it, later than received_at if it waited in a spool; null if it is older than this column.';

-- Reads 64 MiB at most: pages of a larger table are sampled with equal probability, and the count is within about a percent.
create function sampled_count(relation regclass, out readings bigint, out estimated boolean) language plpgsql as $$
declare
  percent constant double precision := least(100, 100.0 * 67108864 / greatest(pg_relation_size(relation), 1));
begin
  estimated := percent < 100;
  execute format('select round(count(*) * 100 / %s) from %s tablesample system (%s)', percent, relation, percent)
    into readings;
end $$;
comment on function sampled_count(regclass) is 'The number of rows of a table, estimated if it is large.';

-- Compressed rows are not in the chunk's own pages; each batch of up to a thousand rows has its count beside it.
create function chunk_count(chunk regclass, out readings bigint, out estimated boolean) language plpgsql as $$
begin
  if exists (
    select from timescaledb_information.chunks
    where is_compressed and format('%I.%I', chunk_schema, chunk_name)::regclass = chunk
  ) then
    execute format('select count(*) from %s', chunk) into readings;
    estimated := false;
  else
    select * into readings, estimated from sampled_count(chunk);
  end if;
end $$;
comment on function chunk_count(regclass) is 'The number of readings in a chunk of telemetry, estimated if it is large and not compressed.';

drop function telemetry_maintain(int);

-- A waiting "access exclusive" lock makes every later query wait too, so wait for a moment only; the next hour tries again.
-- Long steps come before the locks, which are held until the end.
create function telemetry_maintain(retention_days int)
returns table (action text, object text, what text, deleted bigint, estimated boolean)
language plpgsql set lock_timeout = '2s' as $$
declare
  cutoff constant timestamptz := retention_cutoff(retention_days);
  counts jsonb;
begin
  if cutoff is null or not pg_try_advisory_xact_lock(hashtext('telemetry_maintain')) then
    return;
  end if;

  select coalesce(jsonb_object_agg(chunk, to_jsonb(counted)), '{}') into counts
  from show_chunks('telemetry', older_than => cutoff) as chunk, chunk_count(chunk) as counted;

  action := 'deleted'; what := 'rejected_messages'; estimated := false;
  delete from rejected_messages where received_at < cutoff and (stored_at is null or stored_at < cutoff);
  get diagnostics deleted = row_count;
  if deleted > 0 then
    object := deleted || ' rows of rejected_messages'; return next;
  end if;

  -- The hours go with their readings: a refresh of a dropped range would remove them anyway.
  return query
    select 'dropped', chunk, 'readings', (counts -> chunk -> 'readings')::bigint, (counts -> chunk -> 'estimated')::boolean
    from drop_chunks('telemetry', older_than => cutoff) as chunk;
  return query select 'dropped', chunk, null, null::bigint, null::boolean
    from drop_chunks('telemetry_1h', older_than => cutoff) as chunk;
end $$;
comment on function telemetry_maintain(int) is
  'Drops readings and dead letters from before retention_cutoff(). Returns its steps; deleted is how many rows of what (readings, rejected_messages) a step deleted, perhaps estimated. Safe to call at any time.';
