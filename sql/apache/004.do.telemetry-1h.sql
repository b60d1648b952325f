-- A vehicle's hours. The Apache edition of TimescaleDB has no continuous aggregates: computed when asked for.

create view telemetry_1h as
select
  vehicle_id,
  time_bucket('1 hour', time) as bucket,
  count(*) as readings,
  avg(speed) as speed_avg,
  max(speed) as speed_max,
  avg(fuel_level) as fuel_level_avg,
  avg(fuel_rate) as fuel_rate_avg,
  max(coolant_temp) as coolant_temp_max,
  min(odometer) as odometer_min,
  max(odometer) as odometer_max
from telemetry
group by vehicle_id, time_bucket('1 hour', time);
comment on view telemetry_1h is 'Readings of one vehicle in one hour; bucket is the hour''s beginning.';
