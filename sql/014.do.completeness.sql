-- What completeness is reckoned from besides the readings, and when a token of a device was last used.

create table device_vehicles (
  device_id bigint not null references devices (id) on delete cascade,
  vehicle_id bigint not null,
  since timestamptz not null default now(),
  primary key (device_id, vehicle_id)
);
comment on table device_vehicles is
  'Every vehicle that a device was ever in, kept by a trigger: telemetry has no index by device. Stays when the vehicle is deleted, as its readings do.';
comment on column device_vehicles.since is 'When it was first put into that vehicle.';

-- Where devices were before is known of those that were moved through the API.
insert into device_vehicles (device_id, vehicle_id, since)
select device_id, vehicle_id, min(since)
from (
  select id as device_id, vehicle_id, created_at as since from devices where vehicle_id is not null
  union all
  select devices.id, vehicles.id, audit_log.at
  from audit_log
  join devices on audit_log.subject = 'device:' || devices.key
  join vehicles on vehicles.key = audit_log.before ->> 'vehicle' or vehicles.key = audit_log.after ->> 'vehicle'
) as known
group by device_id, vehicle_id;

create function note_device_vehicle() returns trigger language plpgsql as $$
begin
  insert into device_vehicles (device_id, vehicle_id) values (new.id, new.vehicle_id) on conflict do nothing;
  return null;
end $$;

create trigger note_device_vehicle after insert or update of vehicle_id on devices
  for each row when (new.vehicle_id is not null) execute function note_device_vehicle();

create table duplicate_counts (
  device_id bigint not null references devices (id) on delete cascade,
  vehicle_id bigint not null,
  hour timestamptz not null,
  count bigint not null,
  primary key (device_id, hour, vehicle_id)
-- With room for new versions of a row beside the old: that of a device which resends changes every ten seconds.
) with (fillfactor = 60);
comment on table duplicate_counts is
  'Readings that were received once more, by the hour of their own time. Brokers add to it every ten seconds; a broker that is killed loses what it has not added.';
create index duplicate_counts_vehicle on duplicate_counts (vehicle_id, hour);
-- For retention: hours come in order of time, more or less.
create index duplicate_counts_hour on duplicate_counts using brin (hour);

create index rejected_messages_device on rejected_messages (device_id, received_at);

alter table device_tokens add column last_used_at timestamptz;
comment on column device_tokens.last_used_at is
  'When a broker last let the device in with it, give or take a minute; null: never, or not since this is noted.';
