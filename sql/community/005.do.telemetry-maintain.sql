-- Housekeeping, called every hour by every broker: see maintain.ts. Returns what it did, a row each.

-- A waiting "access exclusive" lock makes every later query wait too, so wait for a moment only; the next hour tries again.
create function telemetry_maintain(retention_days int) returns table (action text, object text)
language plpgsql set lock_timeout = '2s' as $$
declare
  cutoff constant timestamptz := now() - make_interval(days => nullif(retention_days, 0));
  gone bigint;
begin
  if cutoff is null or not pg_try_advisory_xact_lock(hashtext('telemetry_maintain')) then
    return;
  end if;

  -- The hours go with their readings: a refresh of a dropped range would remove them anyway.
  return query select 'dropped', chunk from drop_chunks('telemetry', older_than => cutoff) as chunk;
  return query select 'dropped', chunk from drop_chunks('telemetry_1h', older_than => cutoff) as chunk;

  delete from rejected_messages where received_at < cutoff;
  get diagnostics gone = row_count;
  if gone > 0 then
    action := 'deleted'; object := gone || ' rows of rejected_messages'; return next;
  end if;
end $$;
comment on function telemetry_maintain(int) is
  'Drops readings and dead letters older than retention_days (null or 0: keeps all). Safe to call at any time.';
