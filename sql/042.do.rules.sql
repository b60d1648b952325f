-- Rules with their versions, the settings of vehicles over time, and events.

create table rules (
  id bigint generated always as identity primary key,
  key text not null check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null default '',
  kind text not null,
  params jsonb not null,
  scope jsonb not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  schedule jsonb,
  notify text[] not null default '{}',
  enabled boolean not null default true,
  for_fleet boolean not null,
  owner_id bigint references users (id) on delete set null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index rules_key on rules (key) where deleted_at is null;
create index rules_owner_id on rules (owner_id);
comment on table rules is
  'Rules as they are now. A deleted rule is kept with its versions: late readings are judged by the rules of their time.';
comment on column rules.params is 'Parameters of the kind, contract/rule-kinds.ts.';
comment on column rules.scope is
  'One of {"all": true}, {"groups": [keys]}, {"tags": [tags]} and {"vehicles": [ids]}.';
comment on column rules.for_fleet is
  'The rule covers all vehicles of its scope. Otherwise only those that owner_id may see; none if that is null.';

create table rule_versions (
  rule_id bigint not null references rules (id) on delete cascade,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  kind text not null,
  params jsonb not null,
  scope jsonb not null,
  severity text not null,
  schedule jsonb,
  notify text[] not null,
  enabled boolean not null,
  primary key (rule_id, valid_from),
  check (valid_from < valid_to)
);
comment on table rule_versions is
  'What a rule was, by the time of the readings that it judges. Versions of a rule do not overlap.';

create table vehicle_versions (
  vehicle_id bigint not null references vehicles (id) on delete cascade,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  owner_id bigint,
  group_key text,
  tags text[] not null,
  attributes jsonb not null,
  primary key (vehicle_id, valid_from)
);
comment on table vehicle_versions is
  'Columns of vehicles that rules depend on, by the time of readings, written by triggers. The earliest version also holds for all time before it.';
comment on column vehicle_versions.owner_id is 'vehicles.created_by';

create table grant_versions (
  user_id bigint not null references users (id) on delete cascade,
  vehicle_id bigint references vehicles (id) on delete cascade,
  group_key text,
  valid_from timestamptz not null,
  valid_to timestamptz not null default 'infinity',
  check (valid_from <= valid_to)
);
create index grant_versions_user_id on grant_versions (user_id);
create index grant_versions_vehicle_id on grant_versions (vehicle_id);
comment on table grant_versions is
  'When users were granted vehicles and groups, written by a trigger: the rules of a user cover the vehicles that the user could see at the time of a reading.';
comment on column grant_versions.valid_from is 'Not before history_from of the grant.';

insert into vehicle_versions (vehicle_id, valid_from, owner_id, group_key, tags, attributes)
select id, '-infinity', created_by, group_key, tags, attributes from vehicles;
insert into grant_versions (user_id, vehicle_id, group_key, valid_from)
select user_id, vehicle_id, group_key, coalesce(history_from, '-infinity') from grants;

-- Rules have milliseconds. Read after the rows are locked, so that versions of one vehicle are in order.
create function settings_now() returns timestamptz language sql volatile as $$
  select date_trunc('milliseconds', clock_timestamp())
$$;

create function settings_changed(vehicles bigint[], from_time timestamptz) returns void language sql as $$
  insert into telemetry_changes (vehicle_ids, from_times, to_times, readings)
  select array_agg(id), array_agg(from_time), array_agg(timestamptz 'infinity'), 0
  from unnest(vehicles) with ordinality as given (id, nth)
  group by (nth - 1) / 200
$$;
comment on function settings_changed is
  'Notes that settings of vehicles changed from a time on, in the transaction of the change: their results are computed again.';

create function note_vehicle_version() returns trigger language plpgsql as $$
declare
  at timestamptz := settings_now();
  changed bigint[];
begin
  if tg_op = 'INSERT' then
    insert into vehicle_versions (vehicle_id, valid_from, owner_id, group_key, tags, attributes)
    select id, '-infinity', created_by, group_key, tags, attributes from new_rows;
    return null;
  end if;
  changed := array(
    select new_rows.id from new_rows join old_rows on old_rows.id = new_rows.id
    where (new_rows.created_by, new_rows.group_key, new_rows.tags, new_rows.attributes)
      is distinct from (old_rows.created_by, old_rows.group_key, old_rows.tags, old_rows.attributes)
  );
  if cardinality(changed) = 0 then return null; end if;
  update vehicle_versions set valid_to = greatest(at, valid_from)
  where vehicle_id = any (changed) and valid_to = 'infinity';
  insert into vehicle_versions (vehicle_id, valid_from, owner_id, group_key, tags, attributes)
  select new_rows.id, coalesce((select max(valid_to) from vehicle_versions where vehicle_id = new_rows.id), at),
    created_by, group_key, tags, attributes
  from new_rows where id = any (changed)
  on conflict (vehicle_id, valid_from) do update set valid_to = 'infinity', owner_id = excluded.owner_id,
    group_key = excluded.group_key, tags = excluded.tags, attributes = excluded.attributes;
  -- A program that changes an attribute each minute must not fill the database.
  delete from vehicle_versions using (
    select vehicle_id, valid_from, row_number() over (partition by vehicle_id order by valid_from desc) as nth
    from vehicle_versions where vehicle_id = any (changed)
  ) as numbered
  where numbered.nth > 100 and vehicle_versions.vehicle_id = numbered.vehicle_id
    and vehicle_versions.valid_from = numbered.valid_from;
  perform settings_changed(changed, at);
  return null;
end $$;

create trigger note_new_vehicle_version after insert on vehicles
  referencing new table as new_rows
  for each statement execute function note_vehicle_version();
create trigger note_changed_vehicle_version after update on vehicles
  referencing old table as old_rows new table as new_rows
  for each statement execute function note_vehicle_version();

create function note_grant_version() returns trigger language plpgsql as $$
declare
  at timestamptz := settings_now();
begin
  if tg_op <> 'INSERT' then
    -- A grant that never was valid leaves no version.
    delete from grant_versions
    where user_id = old.user_id and vehicle_id is not distinct from old.vehicle_id
      and group_key is not distinct from old.group_key and valid_to = 'infinity' and valid_from >= at;
    update grant_versions set valid_to = at
    where user_id = old.user_id and vehicle_id is not distinct from old.vehicle_id
      and group_key is not distinct from old.group_key and valid_to = 'infinity';
  end if;
  if tg_op <> 'DELETE' then
    insert into grant_versions (user_id, vehicle_id, group_key, valid_from)
    values (new.user_id, new.vehicle_id, new.group_key, greatest(at, new.history_from));
  end if;
  if exists (select from rules where owner_id = coalesce(new.user_id, old.user_id) and not for_fleet) then
    perform settings_changed(array(
      select id from vehicles
      where id in (new.vehicle_id, old.vehicle_id) or group_key in (new.group_key, old.group_key)
      order by id
    ), at);
  end if;
  return null;
end $$;

create trigger note_grant_version after insert or update or delete on grants
  for each row execute function note_grant_version();

-- A rule covers nothing once its owner is deleted, whose grants may be gone by then.
create function note_rule_owner() returns trigger language plpgsql as $$
begin
  perform settings_changed(array(select id from vehicles order by id), settings_now());
  return null;
end $$;

create trigger note_rule_owner after update of owner_id on rules
  for each row when (new.owner_id is distinct from old.owner_id and not new.for_fleet)
  execute function note_rule_owner();

create table events (
  id bigint generated always as identity primary key,
  vehicle_id bigint not null,
  rule_id bigint not null,
  kind text not null,
  severity text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  final_time timestamptz,
  as_of timestamptz not null,
  start_lat integer,
  start_lon integer,
  end_lat integer,
  end_lon integer,
  place text,
  peak_value double precision,
  peak_at timestamptz,
  limit_value double precision,
  details jsonb not null default '{}',
  retracted boolean not null default false,
  revision integer not null default 1,
  late boolean not null default false,
  detected_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledged_note text
);
create unique index events_identity on events (vehicle_id, rule_id, started_at);
create index events_vehicle_final on events (vehicle_id, final_time);
create index events_vehicle_started on events (vehicle_id, started_at, id);
create index events_started on events (started_at, id);
create index events_ended on events (coalesce(ended_at, 'infinity'));
create index events_rule_id on events (rule_id);
create index events_open on events (vehicle_id) where ended_at is null and not retracted;
comment on table events is
  'Results of rules. Late readings change rows, and retract those that are no longer results; only insight writes here, besides acknowledgements.';
comment on column events.ended_at is 'Null while it is open; equals started_at for an event of one moment.';
comment on column events.final_time is
  'Time of the reading that completed it, which only an earlier reading that arrives late can change. Null while it is open.';
comment on column events.as_of is 'Time of the newest reading that it depends on.';
comment on column events.start_lat is '1e-7 degrees';
comment on column events.peak_value is
  'As in rules/detect.ts: m/h, m/s² x 1000, or the unit of the field of a threshold; limit_value also.';
comment on column events.late is 'It was found long after its time: it goes into a digest of notifications.';
comment on column events.revision is 'How often its values were changed by late readings, plus one.';
comment on column events.acknowledged_by is 'As the actor in audit_log.';

create table rules_revision (
  is_only boolean primary key default true check (is_only),
  revision bigint not null
);
insert into rules_revision (revision) values (0);
comment on table rules_revision is 'Changes with every rule and grant: insight then reads them again.';
create function raise_rules_revision() returns trigger language plpgsql as $$
begin
  update rules_revision set revision = revision + 1;
  return null;
end $$;
create trigger raise_rules_revision after insert or update or delete on rules
  for each statement execute function raise_rules_revision();
create trigger raise_rules_revision after insert or update or delete on rule_versions
  for each statement execute function raise_rules_revision();
create trigger raise_rules_revision after insert or update or delete on grant_versions
  for each statement execute function raise_rules_revision();

-- A status that the live feed shows as an alert is an event.
insert into rules (key, name, kind, params, scope, severity, for_fleet)
values (
  'device-alerts', 'Alerts of devices', 'device_status',
  '{"statuses": ["alert", "alarm", "sos", "panic", "emergency", "crash"], "cool_down_s": 600}',
  '{"all": true}', 'critical', true
);
insert into rule_versions (rule_id, valid_from, kind, params, scope, severity, notify, enabled)
select id, '-infinity', kind, params, scope, severity, notify, enabled from rules;
