-- Which of its readings a device shares with another one: completeness must not call them missing.

create table shared_readings (
  device_id bigint not null references devices (id) on delete cascade,
  vehicle_id bigint not null,
  time timestamptz not null,
  seq bigint not null,
  primary key (device_id, vehicle_id, time, seq)
);
comment on table shared_readings is
  'Readings of a device that are duplicates of another device''s in the same vehicle: they are stored once, in a row with the id of the other device. Brokers add to it about a second later; a broker that is killed loses what it has not added.';
-- For retention.
create index shared_readings_time on shared_readings using brin (time);
create index shared_readings_vehicle on shared_readings (vehicle_id);
