-- A vehicle's hours. Hours that the policy has not reached yet are computed when asked for.

create materialized view telemetry_1h
with (timescaledb.continuous, timescaledb.materialized_only = false) as
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
group by vehicle_id, time_bucket('1 hour', time)
with no data;
comment on view telemetry_1h is 'Readings of one vehicle in one hour; bucket is the hour''s beginning.';

-- No start: a reading that comes weeks late marks its hour, and only marked hours are computed again.
select add_continuous_aggregate_policy(
  'telemetry_1h',
  start_offset => null,
  end_offset => interval '1 hour',
  schedule_interval => interval '30 minutes'
);
