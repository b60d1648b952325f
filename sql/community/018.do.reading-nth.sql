-- Two different readings of one vehicle and instant are both kept: see docs/adr/010-two-readings-of-one-instant.md.

alter table telemetry add column nth smallint not null default 0;
comment on column telemetry.nth is
  'Tells different readings of one vehicle and instant apart, in the order in which they were stored: 0, 1, 2 and so on.';
comment on table telemetry is
  'A reading of a vehicle at a time; rows of one instant are ordered by nth. Units are those of the wire. Without foreign keys: readings outlive vehicles and devices.';

alter table telemetry set (timescaledb.orderby = 'time desc, nth desc');

-- When TimescaleDB looks for conflicts, a column that a compressed chunk lacks counts as null, whatever its default: each
-- reading there could be stored again. So the chunks are compressed again, with the column. That takes minutes for each
-- hundred million readings, and as much disk as they occupy.
do $$
declare
  chunk regclass;
begin
  for chunk in
    select format('%I.%I', chunk_schema, chunk_name)::regclass
    from timescaledb_information.chunks
    where format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'telemetry'::regclass and is_compressed
    order by range_start
  loop
    perform decompress_chunk(chunk);
    perform compress_chunk(chunk);
  end loop;
end $$;

create unique index telemetry_vehicle_id_time_nth on telemetry (vehicle_id, time, nth);
drop index telemetry_vehicle_id_time;
