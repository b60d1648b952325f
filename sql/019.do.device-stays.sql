-- When a device was in which vehicle: a reading belongs to the vehicle that its device was in at the reading's time.

alter table device_vehicles rename to known_vehicles;
alter table known_vehicles drop constraint device_vehicles_pkey;

create table device_vehicles (
  id bigint generated always as identity primary key,
  device_id bigint not null references devices (id) on delete cascade,
  vehicle_id bigint not null,
  since timestamptz not null,
  until timestamptz
);
comment on table device_vehicles is
  'The stays of devices in vehicles, kept by a trigger. A stay is kept when its vehicle is deleted, as its readings are.';
comment on column device_vehicles.since is
  'When the device was put into that vehicle. Its first stay reaches back beyond that, for readings from before it was registered.';
comment on column device_vehicles.until is 'When the device was taken out, exclusive; null while it is in the vehicle.';
create index device_vehicles_device on device_vehicles (device_id, since);
create index device_vehicles_vehicle on device_vehicles (vehicle_id);

-- The audit log has the moves that were made through the API. Of other vehicles only the first entry is known: a device that
-- came back to one of them counts as there from now on.
insert into device_vehicles (device_id, vehicle_id, since, until)
with moves as (
  select audit_log.id, devices.id as device_id, at, devices.created_at, came_from.id as from_id, went_to.id as to_id
  from audit_log
  join devices on audit_log.subject = 'device:' || devices.key and at >= devices.created_at
  left join vehicles as came_from on came_from.key = before ->> 'vehicle' and came_from.created_at <= at
  left join vehicles as went_to on went_to.key = after ->> 'vehicle' and went_to.created_at <= at
  where action = 'device.update' and before ->> 'vehicle' is distinct from after ->> 'vehicle'
),
told as (
  select device_id, to_id as vehicle_id, at, id from moves
  union all
  (select distinct on (device_id) device_id, from_id, least(created_at, at), 0 from moves order by device_id, at, id)
),
known as (
  select * from told
  union all
  select device_id, vehicle_id, since, 0 from known_vehicles
  where not exists (
    select from told where told.device_id = known_vehicles.device_id and told.vehicle_id = known_vehicles.vehicle_id)
),
newest as (
  select distinct on (device_id) device_id, vehicle_id, at from known order by device_id, at desc, id desc
),
entries as (
  select * from known
  union all
  select devices.id, devices.vehicle_id, greatest(now(), newest.at), 9223372036854775807
  from devices left join newest on newest.device_id = devices.id
  where devices.vehicle_id is distinct from newest.vehicle_id
),
turns as (
  select *, lag(vehicle_id) over each_device as vehicle_before, row_number() over each_device as nth
  from entries window each_device as (partition by device_id order by at, id)
),
changes as (select * from turns where nth = 1 or vehicle_id is distinct from vehicle_before),
stays as (
  select device_id, vehicle_id, at as since, lead(at) over (partition by device_id order by at, id) as until
  from changes
)
select device_id, vehicle_id, since, until from stays where vehicle_id is not null order by device_id, since;

drop table known_vehicles;

create or replace function note_device_vehicle() returns trigger language plpgsql as $$
declare
  -- Not now(): two moves of one transaction have two times.
  moved_at timestamptz := clock_timestamp();
begin
  if tg_op = 'UPDATE' then
    if new.vehicle_id is not distinct from old.vehicle_id then
      return null;
    end if;
    update device_vehicles set until = greatest(moved_at, since) where device_id = new.id and until is null;
  end if;
  if new.vehicle_id is not null then
    insert into device_vehicles (device_id, vehicle_id, since) values (new.id, new.vehicle_id, moved_at);
  end if;
  return null;
end $$;

-- It also fires when a device is taken out of its vehicle, and when the vehicle is deleted, which sets vehicle_id to null.
drop trigger note_device_vehicle on devices;
create trigger note_device_vehicle after insert or update of vehicle_id on devices
  for each row execute function note_device_vehicle();
