-- Housekeeping, called every hour by every broker: see maintain.ts. Returns what it did, a row each.

-- Gives one day (of UTC) its partition, with the rows of that day that lie in the default partition.
-- "attach" and not "create ... partition of": it lets others write to the other partitions. It needs the default
-- partition to itself, though, to prove that no row there belongs to the new one. That lock is taken first and not
-- on the way, so that two sessions cannot each hold what the other waits for.
create function telemetry_add_partition(day timestamptz) returns void language plpgsql as $$
declare
  name constant text := 'telemetry_' || to_char(day at time zone 'UTC', 'YYYYMMDD');
begin
  lock table telemetry_default in access exclusive mode;
  execute format('create table %I (like telemetry including defaults including constraints)', name);
  execute format(
    'with moved as (delete from telemetry_default where time >= %L and time < %L returning *)
     insert into %I select * from moved',
    day, day + interval '24 hours', name
  );
  execute format(
    'alter table telemetry attach partition %I for values from (%L) to (%L)',
    name, day, day + interval '24 hours'
  );
  execute format('comment on table %I is %L', name, 'Readings of ' || to_char(day at time zone 'UTC', 'YYYY-MM-DD'));
end $$;
comment on function telemetry_add_partition(timestamptz) is 'Makes the partition of a day that begins at 00:00 UTC.';

-- A waiting "access exclusive" lock makes every later query wait too, so wait for a moment only; the next hour tries
-- again, and partitions are made a week ahead. What one step may not do does not undo the others.
create function telemetry_maintain(retention_days int) returns table (action text, object text)
language plpgsql set lock_timeout = '2s' as $$
declare
  today constant timestamptz := date_trunc('day', now(), 'UTC');
  cutoff constant timestamptz := now() - make_interval(days => nullif(retention_days, 0));
  day timestamptz;
  gone bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('telemetry_maintain')) then
    return;
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

  for object in
    select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'telemetry'::regclass and relname ~ '^telemetry_[0-9]{8}$'
      and (to_date(right(relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= cutoff
    order by relname
  loop
    begin
      execute format('drop table %I', object);
      action := 'dropped';
    exception when lock_not_available then
      action := 'postponed';
    end;
    return next;
  end loop;

  delete from telemetry_default where time < cutoff;
  get diagnostics gone = row_count;
  if gone > 0 then
    action := 'deleted'; object := gone || ' rows of telemetry_default'; return next;
  end if;

  delete from rejected_messages where received_at < cutoff;
  get diagnostics gone = row_count;
  if gone > 0 then
    action := 'deleted'; object := gone || ' rows of rejected_messages'; return next;
  end if;
end $$;
comment on function telemetry_maintain(int) is
  'Drops readings and dead letters older than retention_days (null or 0: keeps all). Safe to call at any time.';

select telemetry_maintain(0);
