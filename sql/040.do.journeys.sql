-- Results of the stored readings: journeys and sums of each vehicle, and the states to continue from. Only insight writes here.
-- Lengths are mm, durations ms, speeds m/h, fuel µl, positions 1e-7 degrees: integers, so that sums do not depend on their grouping.

create table journeys (
  id bigint generated always as identity primary key,
  vehicle_id bigint not null,
  kind text not null check (kind in ('trip', 'stop', 'gap')),
  from_time timestamptz not null,
  to_time timestamptz,
  final_time timestamptz,
  as_of timestamptz not null,
  distance_mm bigint,
  odometer_mm bigint,
  moving_ms bigint not null,
  idle_ms bigint not null,
  speed_max integer,
  speed_avg integer,
  fuel_ul bigint,
  judged_ms bigint not null,
  start_lat integer,
  start_lon integer,
  end_lat integer,
  end_lon integer,
  start_place text,
  end_place text,
  revision integer not null default 1
);
create unique index journeys_vehicle_from on journeys (vehicle_id, from_time, kind);
create index journeys_vehicle_final on journeys (vehicle_id, final_time);
comment on table journeys is
  'Trips, stops, and gaps between readings, of each vehicle. They do not overlap. Late readings change, add and delete rows.';
comment on column journeys.to_time is 'Null while it is open.';
comment on column journeys.final_time is
  'Time of the reading that completed it, which only an earlier reading that arrives late can change. Null while it is open.';
comment on column journeys.as_of is 'Time of the newest reading in the sums of an open one; final_time of the others.';
comment on column journeys.distance_mm is
  'Trip: path of its moving readings. Stop: 0. Gap: straight line. Null: unknown.';
comment on column journeys.odometer_mm is 'Null: unknown at one end, or implausible.';
comment on column journeys.speed_max is 'm/h';
comment on column journeys.speed_avg is 'm/h, distance by moving time';
comment on column journeys.judged_ms is 'Time in which readings were close enough to judge harsh driving.';
comment on column journeys.start_lat is '1e-7 degrees';
comment on column journeys.start_place is 'Name of a place; null until it was looked up, or if there is no position.';
comment on column journeys.revision is 'How often its values were changed by late readings, plus one.';

create table vehicle_buckets (
  vehicle_id bigint not null,
  start_time timestamptz not null,
  final_time timestamptz not null,
  distance_mm bigint not null,
  moving_ms integer not null,
  idle_ms integer not null,
  engine_ms integer not null,
  fuel_ul bigint not null,
  speed_sum bigint not null,
  speed_readings integer not null,
  speed_max integer,
  readings integer not null,
  judged_ms integer not null,
  primary key (vehicle_id, start_time)
);
comment on table vehicle_buckets is
  'Sums of each vehicle in five minutes of UTC: the base of all reports. Written when no reading in order of time can change them.';
comment on column vehicle_buckets.final_time is 'As in journeys.';
comment on column vehicle_buckets.distance_mm is 'Without movement at a stop that was drift.';
comment on column vehicle_buckets.speed_sum is 'Sum of the speeds of speed_readings, m/h.';

create table vehicle_heads (
  vehicle_id bigint primary key,
  time timestamptz not null,
  state text not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
comment on table vehicle_heads is
  'A recent state of each vehicle: insight continues from it after a start. All results that became final later are computed again.';
comment on column vehicle_heads.time is 'Time of the last reading in the state.';
comment on column vehicle_heads.state is 'rules/state.ts';

create table vehicle_snapshots (
  vehicle_id bigint not null,
  time timestamptz not null,
  state text not null,
  primary key (vehicle_id, time)
);
comment on table vehicle_snapshots is
  'States of each vehicle: hourly for two days, daily before. After a late reading, insight continues from the newest one before it.';
comment on column vehicle_snapshots.time is 'Time of the last reading in the state: the last one of its hour or day.';

create table vehicle_dirty (
  vehicle_id bigint not null,
  from_time timestamptz not null,
  to_time timestamptz not null,
  since timestamptz not null default now(),
  failures integer not null default 0,
  is_partial boolean not null default false,
  primary key (vehicle_id, from_time)
);
comment on table vehicle_dirty is
  'Vehicles whose results are to be computed again, because readings arrived late, or settings changed.';
comment on column vehicle_dirty.from_time is 'Earliest changed time.';
comment on column vehicle_dirty.to_time is 'Latest changed time.';
comment on column vehicle_dirty.failures is 'Attempts that failed, for which the log has the reason: insight skips the vehicle for longer after each.';
comment on column vehicle_dirty.is_partial is 'Results are computed again up to from_time, and the rest is not yet.';
-- Everything that is stored by now.
insert into vehicle_dirty (vehicle_id, from_time, to_time) select id, '-infinity', 'infinity' from vehicles;

create function fold_telemetry_changes(rows_max integer) returns integer language plpgsql as $$
declare
  folded integer;
begin
  if (select count(*) from (select from telemetry_changes limit rows_max + 1) as them) <= rows_max then return 0; end if;
  -- While insight runs it holds this lock, and takes the rows itself.
  if not pg_try_advisory_xact_lock(4615893202) then return 0; end if;
  with taken as (
    delete from telemetry_changes returning vehicle_ids, from_times, to_times
  ), before as (
    delete from vehicle_dirty returning vehicle_id, from_time, to_time, since
  ), spans as (
    select id as vehicle_id, f as from_time, t as to_time, now() as since
    from taken cross join lateral unnest(vehicle_ids, from_times, to_times) as it (id, f, t)
    union all select * from before
  ), written as (
    insert into vehicle_dirty (vehicle_id, from_time, to_time, since)
    select vehicle_id, min(from_time), max(to_time), min(since) from spans group by vehicle_id
  )
  select count(*) into folded from taken;
  return folded;
end $$;
comment on function fold_telemetry_changes is
  'If insight is away and there are more rows than this, replaces them by one row of vehicle_dirty for each vehicle. Returns how many there were.';

-- Results of a deleted vehicle are deleted by insight, in steps.
create function note_deleted_vehicle_results() returns trigger language plpgsql as $$
begin
  perform telemetry_changed(old.id, '-infinity');
  return null;
end $$;
create trigger note_deleted_vehicle_results after delete on vehicles
  for each row execute function note_deleted_vehicle_results();
