-- Readings, partitioned by day. telemetry_maintain() makes the days' partitions, ahead of time.

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
) partition by range (time);
comment on table telemetry is
  'A reading of a vehicle at a time; the first one stored stays. Units are those of the wire. Without foreign keys: readings outlive vehicles and devices.';

create unique index telemetry_vehicle_id_time on telemetry (vehicle_id, time);

-- Any legal time has a place, also one that is years old or whose partition was not made in time.
create table telemetry_default partition of telemetry default;
comment on table telemetry_default is 'Readings of days that have no partition of their own.';

create function telemetry_flavour() returns text language sql immutable as $$ select 'plain' $$;
comment on function telemetry_flavour() is 'Which folder of migrations made this database.';
