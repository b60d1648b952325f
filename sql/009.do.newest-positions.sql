-- Where each vehicle was last, so that a map of ten thousand needs no walk through their readings.

create table positions (
  vehicle_id bigint primary key references vehicles (id) on delete cascade,
  time timestamptz not null,
  received_at timestamptz not null,
  device_id bigint,
  lat double precision not null,
  lon double precision not null,
  altitude double precision,
  speed double precision,
  heading double precision,
  ignition boolean
)
-- Each row is written again about once a second: with room beside it, and no index on what changes, that costs no index entry.
with (fillfactor = 50);
comment on table positions is
  'A vehicle''s newest reading that has a position. Brokers write it about a second after the reading, never backward.';

insert into positions
select vehicles.id, newest.*
from vehicles
cross join lateral (
  select time, received_at, device_id, lat, lon, altitude, speed, heading, ignition
  from telemetry
  where vehicle_id = vehicles.id and lat is not null and lon is not null
  order by time desc
  limit 1
) as newest;
