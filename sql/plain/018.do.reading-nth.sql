-- Two different readings of one vehicle and instant are both kept: see docs/adr/010-two-readings-of-one-instant.md.

alter table telemetry add column nth smallint not null default 0;
comment on column telemetry.nth is
  'Tells different readings of one vehicle and instant apart, in the order in which they were stored: 0, 1, 2 and so on.';
comment on table telemetry is
  'A reading of a vehicle at a time; rows of one instant are ordered by nth. Units are those of the wire. Without foreign keys: readings outlive vehicles and devices.';

create unique index telemetry_vehicle_id_time_nth on telemetry (vehicle_id, time, nth);
drop index telemetry_vehicle_id_time;
