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

drop function telemetry_maintain(int);

-- A waiting "access exclusive" lock makes every later query wait too, so wait for a moment only; the next hour tries
-- again, and partitions are made a week ahead. A step that is not permitted does not undo the others. Long steps come before
-- the locks, which are held until the end.
create function telemetry_maintain(retention_days int)
returns table (action text, object text, what text, deleted bigint, estimated boolean)
language plpgsql set lock_timeout = '2s' as $$
declare
  today constant timestamptz := date_trunc('day', now(), 'UTC');
  cutoff constant timestamptz := retention_cutoff(retention_days);
  old_days text[];
  counts jsonb := '{}';
  letters bigint;
  day timestamptz;
begin
  if not pg_try_advisory_xact_lock(hashtext('telemetry_maintain')) then
    return;
  end if;

  if cutoff is not null then
    select coalesce(array_agg(relname::text order by relname), '{}') into old_days
    from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'telemetry'::regclass and relname ~ '^telemetry_[0-9]{8}$'
      and (to_date(right(relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= cutoff;
    select coalesce(jsonb_object_agg(name, to_jsonb(counted)), '{}') into counts
    from unnest(old_days) as name, sampled_count(name::regclass) as counted;

    delete from rejected_messages where received_at < cutoff and (stored_at is null or stored_at < cutoff);
    get diagnostics letters = row_count;
  end if;

  for day in
    select today + n * interval '24 hours' from generate_series(-1, 7) as n
  loop
    object := 'telemetry_' || to_char(day at time zone 'UTC', 'YYYYMMDD');
    continue when to_regclass(object) is not null;
    begin
      perform telemetry_add_partition(day);
      action := 'made';
    exception when lock_not_available then
      action := 'postponed';
    end;
    return next;
  end loop;

  if cutoff is null then
    return;
  end if;

  foreach object in array old_days loop
    begin
      execute format('drop table %I', object);
      action := 'dropped';
      what := 'readings';
      deleted := counts -> object -> 'readings';
      estimated := counts -> object -> 'estimated';
    exception when lock_not_available then
      action := 'postponed';
      what := null; deleted := null; estimated := null;
    end;
    return next;
  end loop;

  action := 'deleted'; estimated := false;
  delete from telemetry_default where time < cutoff;
  get diagnostics deleted = row_count;
  if deleted > 0 then
    what := 'readings'; object := deleted || ' rows of telemetry_default'; return next;
  end if;

  if letters > 0 then
    what := 'rejected_messages'; deleted := letters; object := letters || ' rows of rejected_messages'; return next;
  end if;
end $$;
comment on function telemetry_maintain(int) is
  'Drops readings and dead letters from before retention_cutoff(). Returns its steps; deleted is how many rows of what (readings, rejected_messages) a step deleted, perhaps estimated. Safe to call at any time.';
