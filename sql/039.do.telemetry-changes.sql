-- The change feed: which vehicles have new readings, and from which time on.

create table telemetry_changes (
  vehicle_ids bigint[] not null,
  from_times timestamptz[] not null,
  to_times timestamptz[] not null,
  readings integer not null,
  committed_at timestamptz not null default now(),
  check (cardinality(vehicle_ids) = cardinality(from_times) and cardinality(vehicle_ids) = cardinality(to_times))
)
-- The reader deletes each row soon, and always reads the whole table: no index, and small by vacuum.
-- Rows up to a page stay in the table: a batch of 200 vehicles has 8 kB. Compressing ids and times costs more than it saves in a table
-- of a few seconds.
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, toast_tuple_target = 8160);
alter table telemetry_changes alter column vehicle_ids set storage external;
alter table telemetry_changes alter column from_times set storage external;
alter table telemetry_changes alter column to_times set storage external;
comment on table telemetry_changes is
  'One row for each batch of readings, written in the transaction of that batch. Readers merge rows by vehicle and earliest time, and delete what they used. Order has no meaning.';
comment on column telemetry_changes.from_times is
  'For each of vehicle_ids, the earliest time of its readings in the batch.';
comment on column telemetry_changes.to_times is 'For each of vehicle_ids, the latest time of its readings in the batch.';
comment on column telemetry_changes.committed_at is 'Start of the transaction.';

create function telemetry_changed(vehicle_id bigint, from_time timestamptz, to_time timestamptz default 'infinity')
returns void language sql as $$
  insert into telemetry_changes (vehicle_ids, from_times, to_times, readings)
  values (array[vehicle_id], array[from_time], array[to_time], 0)
$$;
comment on function telemetry_changed is
  'To be called, in the same transaction, by anyone who inserts, changes or deletes readings with SQL: results of the vehicle are computed again for this time.';
