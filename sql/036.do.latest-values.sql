-- The newest value of each field of a vehicle, with its own time: see docs/adr/016-newest-value-of-each-field.md.

alter table positions
  add column rpm double precision,
  add column engine_load double precision,
  add column fuel_level double precision,
  add column fuel_rate double precision,
  add column coolant_temp double precision,
  add column battery_voltage double precision,
  add column odometer double precision,
  add column extra jsonb;

create table latest_values (
  vehicle_id bigint not null,
  field text not null,
  time timestamptz not null,
  nth smallint not null,
  value jsonb not null,
  primary key (vehicle_id, field)
)
-- Rows are written again about once a second for a tracker that sends parts of readings.
with (fillfactor = 70);
comment on table latest_values is
  'Newest values that the row in positions lacks, or that are newer than that. Never written backward. Whether a value is the newest one, the view latest knows.';
comment on column latest_values.field is 'A column of telemetry, or extra.NAME. Of those, a vehicle has 64 at most; the oldest goes.';

-- Not a foreign key: its check waits for a vehicle that is being deleted, which waits for other rows of the same statement.
create function delete_latest_values() returns trigger language plpgsql as $$
begin
  delete from latest_values where vehicle_id = old.id;
  return null;
end $$;

create trigger delete_latest_values after delete on vehicles
  for each row execute function delete_latest_values();

create function trim_latest_extras(vehicle_ids bigint[]) returns void language sql as $$
  delete from latest_values using (
    select vehicle_id, field,
      row_number() over (partition by vehicle_id order by time desc, nth desc, field) as place
    from latest_values
    where vehicle_id = any (vehicle_ids) and field like 'extra.%'
  ) as ranked
  where ranked.place > 64
    and latest_values.vehicle_id = ranked.vehicle_id and latest_values.field = ranked.field
$$;
comment on function trim_latest_extras is 'Keeps the 64 newest values of extra of each vehicle.';

create function keep_position_values() returns trigger language plpgsql as $$
begin
  insert into latest_values (vehicle_id, field, time, nth, value)
  select old.vehicle_id, field, old.time, old.nth, value
  from (
    values
      ('altitude', to_jsonb(old.altitude), new.altitude is null),
      ('speed', to_jsonb(old.speed), new.speed is null),
      ('heading', to_jsonb(old.heading), new.heading is null),
      ('rpm', to_jsonb(old.rpm), new.rpm is null),
      ('engine_load', to_jsonb(old.engine_load), new.engine_load is null),
      ('fuel_level', to_jsonb(old.fuel_level), new.fuel_level is null),
      ('fuel_rate', to_jsonb(old.fuel_rate), new.fuel_rate is null),
      ('coolant_temp', to_jsonb(old.coolant_temp), new.coolant_temp is null),
      ('battery_voltage', to_jsonb(old.battery_voltage), new.battery_voltage is null),
      ('odometer', to_jsonb(old.odometer), new.odometer is null),
      ('ignition', to_jsonb(old.ignition), new.ignition is null),
      ('status', to_jsonb(old.status), new.status is null)
    union all
    select 'extra.' || name, it, new.extra is null or not new.extra ? name
    from jsonb_each(old.extra) as extras (name, it)
  ) as old_values (field, value, is_gone)
  where value is not null and is_gone
  -- In this order everywhere, so that two brokers never wait for each other.
  order by field
  on conflict (vehicle_id, field) do update set
    time = excluded.time, nth = excluded.nth, value = excluded.value
  where (latest_values.time, latest_values.nth) < (excluded.time, excluded.nth);
  if old.extra is not null then
    perform trim_latest_extras(array[old.vehicle_id]);
  end if;
  return null;
end $$;

-- A tracker that always sends the same fields never calls the function.
create trigger keep_position_values after update on positions for each row
  when (
    (old.altitude is not null and new.altitude is null)
    or (old.speed is not null and new.speed is null)
    or (old.heading is not null and new.heading is null)
    or (old.rpm is not null and new.rpm is null)
    or (old.engine_load is not null and new.engine_load is null)
    or (old.fuel_level is not null and new.fuel_level is null)
    or (old.fuel_rate is not null and new.fuel_rate is null)
    or (old.coolant_temp is not null and new.coolant_temp is null)
    or (old.battery_voltage is not null and new.battery_voltage is null)
    or (old.odometer is not null and new.odometer is null)
    or (old.ignition is not null and new.ignition is null)
    or (old.status is not null and new.status is null)
    -- With the new names put over the old, an old one is left only if the new ones lack it.
    or (old.extra is not null and (new.extra is null or (old.extra || new.extra) <> new.extra))
  )
  execute function keep_position_values();

create view latest as
select distinct on (vehicle_id, field) vehicle_id, field, time, nth, value
from (
  select vehicle_id, field, time, nth, value from latest_values
  union all
  select positions.vehicle_id, it.field, positions.time, positions.nth, it.value
  from positions
  cross join lateral (
    values
      ('lat', to_jsonb(lat)),
      ('lon', to_jsonb(lon)),
      ('altitude', to_jsonb(altitude)),
      ('speed', to_jsonb(speed)),
      ('heading', to_jsonb(heading)),
      ('rpm', to_jsonb(rpm)),
      ('engine_load', to_jsonb(engine_load)),
      ('fuel_level', to_jsonb(fuel_level)),
      ('fuel_rate', to_jsonb(fuel_rate)),
      ('coolant_temp', to_jsonb(coolant_temp)),
      ('battery_voltage', to_jsonb(battery_voltage)),
      ('odometer', to_jsonb(odometer)),
      ('ignition', to_jsonb(ignition)),
      ('status', to_jsonb(status))
    union all
    select 'extra.' || name, extra_value from jsonb_each(extra) as extras (name, extra_value)
  ) as it (field, value)
  where it.value is not null
) as known
order by vehicle_id, field, time desc, nth desc;
comment on view latest is 'Of each vehicle the newest value of each field, with the time of that value.';

-- The four fields that a vehicle's state is made of, side by side: ten thousand vehicles have forty thousand of them.
create view latest_states as
select vehicles.id as vehicle_id, positions.time as position_time, positions.nth as position_nth, lat, lon,
  case when speed_is_newer then speeds.value::float8 else positions.speed end as speed,
  case when speed_is_newer then speeds.time when positions.speed is not null then positions.time end as speed_time,
  case when speed_is_newer then speeds.nth else positions.nth end as speed_nth,
  case when heading_is_newer then headings.value::float8 else positions.heading end as heading,
  case when heading_is_newer then headings.time when positions.heading is not null then positions.time end as heading_time,
  case when heading_is_newer then headings.nth else positions.nth end as heading_nth,
  case when ignition_is_newer then ignitions.value::boolean else positions.ignition end as ignition,
  case when ignition_is_newer then ignitions.time when positions.ignition is not null then positions.time end
    as ignition_time,
  case when ignition_is_newer then ignitions.nth else positions.nth end as ignition_nth,
  case when status_is_newer then statuses.value #>> '{}' else positions.status end as status,
  case when status_is_newer then statuses.time when positions.status is not null then positions.time end as status_time,
  case when status_is_newer then statuses.nth else positions.nth end as status_nth
from vehicles
left join positions on positions.vehicle_id = vehicles.id
left join latest_values as speeds on speeds.vehicle_id = vehicles.id and speeds.field = 'speed'
left join latest_values as headings on headings.vehicle_id = vehicles.id and headings.field = 'heading'
left join latest_values as ignitions on ignitions.vehicle_id = vehicles.id and ignitions.field = 'ignition'
left join latest_values as statuses on statuses.vehicle_id = vehicles.id and statuses.field = 'status'
cross join lateral (
  select
    speeds.time is not null
      and (positions.speed is null or (speeds.time, speeds.nth) > (positions.time, positions.nth)) as speed_is_newer,
    headings.time is not null
      and (positions.heading is null or (headings.time, headings.nth) > (positions.time, positions.nth))
      as heading_is_newer,
    ignitions.time is not null
      and (positions.ignition is null or (ignitions.time, ignitions.nth) > (positions.time, positions.nth))
      as ignition_is_newer,
    statuses.time is not null
      and (positions.status is null or (statuses.time, statuses.nth) > (positions.time, positions.nth))
      as status_is_newer
) as them;
comment on view latest_states is
  'Of each vehicle the newest position, and the newest speed, heading, ignition and status with the time of each.';

create function latest_of_readings(vehicle_id bigint, since timestamptz, readings_max bigint)
returns table (field text, "time" timestamptz, nth smallint, value jsonb) language sql stable as $$
  select distinct on (it.field) it.field, reading.time, reading.nth, it.value
  from (
    select * from telemetry
    where telemetry.vehicle_id = $1 and telemetry.time >= $2
    order by telemetry.time desc
    limit $3
  ) as reading
  cross join lateral (
    values
      ('altitude', to_jsonb(altitude)),
      ('speed', to_jsonb(speed)),
      ('heading', to_jsonb(heading)),
      ('rpm', to_jsonb(rpm)),
      ('engine_load', to_jsonb(engine_load)),
      ('fuel_level', to_jsonb(fuel_level)),
      ('fuel_rate', to_jsonb(fuel_rate)),
      ('coolant_temp', to_jsonb(coolant_temp)),
      ('battery_voltage', to_jsonb(battery_voltage)),
      ('odometer', to_jsonb(odometer)),
      ('ignition', to_jsonb(ignition)),
      ('status', to_jsonb(status))
    union all
    select 'extra.' || name, extra_value from jsonb_each(extra) as extras (name, extra_value)
  ) as it (field, value)
  where it.value is not null
  order by it.field, reading.time desc, reading.nth desc
$$;
comment on function latest_of_readings is
  'The newest value of each field in the newest readings of a vehicle since a time, without lat and lon.';

-- What there is already: the rest of the newest reading with a position, and what came without one since.
update positions set rpm = reading.rpm, engine_load = reading.engine_load, fuel_level = reading.fuel_level,
  fuel_rate = reading.fuel_rate, coolant_temp = reading.coolant_temp, battery_voltage = reading.battery_voltage,
  odometer = reading.odometer, extra = reading.extra
from positions as known
cross join lateral (
  select * from telemetry
  where telemetry.vehicle_id = known.vehicle_id and telemetry.time = known.time and telemetry.nth = known.nth
  limit 1
) as reading
where positions.vehicle_id = known.vehicle_id;

insert into latest_values (vehicle_id, field, time, nth, value)
select vehicles.id, reading.*
from vehicles
left join positions on positions.vehicle_id = vehicles.id
cross join lateral latest_of_readings(vehicles.id, coalesce(positions.time, '-infinity'), 100) as reading
where positions.vehicle_id is null or (reading.time, reading.nth) > (positions.time, positions.nth);
select trim_latest_extras(array(select id from vehicles));

create table device_reports (
  device_id bigint primary key references devices (id) on delete cascade,
  since timestamptz not null,
  seen_at timestamptz not null
) with (fillfactor = 60);
comment on table device_reports is
  'Devices that have reported over HTTP. Such a device is online while seen_at is within STALE_AFTER_S. Brokers write it about every ten seconds.';
comment on column device_reports.since is 'When it began to report without a pause longer than STALE_AFTER_S.';
