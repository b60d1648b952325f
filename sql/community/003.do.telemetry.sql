-- Readings, as a hypertable whose older chunks are stored by column.

create table telemetry (
  vehicle_id bigint not null,
  time timestamptz not null,
  received_at timestamptz not null,
  device_id bigint,
  lat double precision,
  lon double precision,
  altitude double precision,
  speed double precision,
  heading double precision,
  rpm double precision,
  engine_load double precision,
  fuel_level double precision,
  fuel_rate double precision,
  coolant_temp double precision,
  battery_voltage double precision,
  odometer double precision,
  ignition boolean,
  status text,
  seq bigint,
  extra jsonb
);
comment on table telemetry is
  'A reading of a vehicle at a time; the first one stored stays. Units are those of the wire. Without foreign keys: readings outlive vehicles and devices.';

-- A day is the unit that is compressed and dropped. The unique index also serves every question about one vehicle,
-- and a second index would cost each COPY a third of its speed: so no default one on time.
select create_hypertable('telemetry', by_range('time', interval '1 day'), create_default_indexes => false);
create unique index telemetry_vehicle_id_time on telemetry (vehicle_id, time);

-- One vehicle's readings lie together. Seven days: most late readings of an offline device still meet rows.
alter table telemetry set (
  timescaledb.enable_columnstore,
  timescaledb.segmentby = 'vehicle_id',
  timescaledb.orderby = 'time desc'
);
call add_columnstore_policy('telemetry', after => interval '7 days');

create function telemetry_flavour() returns text language sql immutable as $$ select 'community' $$;
comment on function telemetry_flavour() is 'Which folder of migrations made this database.';
