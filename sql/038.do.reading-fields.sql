-- A later field of readings is one statement, `select add_reading_field('name')`, for plain tables and hypertables alike.

create function list_latest_fields() returns void language plpgsql as $list$
declare
  fields text[] := array(
    select telemetry.attname::text
    from pg_attribute as telemetry
    join pg_attribute as positions using (attname)
    where telemetry.attrelid = 'telemetry'::regclass and positions.attrelid = 'positions'::regclass
      and telemetry.attnum > 0 and not telemetry.attisdropped and not positions.attisdropped
      and attname not in ('vehicle_id', 'time', 'nth', 'received_at', 'device_id', 'extra')
    order by telemetry.attnum
  );
  -- The newest position always has these.
  others text[] := array_remove(array_remove(fields, 'lat'), 'lon');
begin
  execute format($create$
create or replace function keep_position_values() returns trigger language plpgsql as $$
begin
  insert into latest_values (vehicle_id, field, time, nth, value)
  select old.vehicle_id, field, old.time, old.nth, value
  from (
    values
      %s
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
end $$
  $create$, (
    select string_agg(format('(%1$L, to_jsonb(old.%1$I), new.%1$I is null)', field), E',\n      ' order by place)
    from unnest(others) with ordinality as it (field, place)
  ));

  -- A tracker that always sends the same fields never calls the function.
  execute format($create$
create or replace trigger keep_position_values after update on positions for each row
  when (
    %s
    -- With the new names put over the old, an old one is left only if the new ones lack it.
    or (old.extra is not null and (new.extra is null or (old.extra || new.extra) <> new.extra))
  )
  execute function keep_position_values()
  $create$, (
    select string_agg(format('(old.%1$I is not null and new.%1$I is null)', field), E'\n    or ' order by place)
    from unnest(others) with ordinality as it (field, place)
  ));

  execute format($create$
create or replace view latest as
select distinct on (vehicle_id, field) vehicle_id, field, time, nth, value
from (
  select vehicle_id, field, time, nth, value from latest_values
  union all
  select positions.vehicle_id, it.field, positions.time, positions.nth, it.value
  from positions
  cross join lateral (
    values
      %s
    union all
    select 'extra.' || name, extra_value from jsonb_each(extra) as extras (name, extra_value)
  ) as it (field, value)
  where it.value is not null
) as known
order by vehicle_id, field, time desc, nth desc
  $create$, (
    select string_agg(format('(%1$L, to_jsonb(%1$I))', field), E',\n      ' order by place)
    from unnest(fields) with ordinality as it (field, place)
  ));

  execute format($create$
create or replace function latest_of_readings(vehicle_id bigint, since timestamptz, readings_max bigint)
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
      %s
    union all
    select 'extra.' || name, extra_value from jsonb_each(extra) as extras (name, extra_value)
  ) as it (field, value)
  where it.value is not null
  order by it.field, reading.time desc, reading.nth desc
$$
  $create$, (
    select string_agg(format('(%1$L, to_jsonb(%1$I))', field), E',\n      ' order by place)
    from unnest(others) with ordinality as it (field, place)
  ));
end $list$;
comment on function list_latest_fields is
  'Creates again what lists the fields of a newest reading: the view latest, the functions latest_of_readings and keep_position_values, and its trigger.';

create function add_reading_field(name text, type regtype default 'double precision') returns void language plpgsql as $$
declare
  give_up_at timestamptz := clock_timestamp() + interval '10 minutes';
begin
  -- All locks or none, without waiting for any: batches and queries of running brokers would wait behind this migration, and queries
  -- lock the view and its tables in different orders.
  loop
    begin
      lock table latest, positions, telemetry in access exclusive mode nowait;
      exit;
    exception when lock_not_available then
      if clock_timestamp() > give_up_at then
        raise exception using errcode = 'lock_not_available',
          message = 'a query or an export has used telemetry, positions or latest for ten minutes';
      end if;
    end;
    perform pg_sleep(0.02 + random() * 0.03);
  end loop;
  execute format('alter table positions add column %I %s', name, type);
  execute format('alter table telemetry add column %I %s', name, type);
  perform list_latest_fields();
end $$;
comment on function add_reading_field is
  'Adds a field of readings, for a migration: the column of telemetry, and its newest value of each vehicle.';
