-- Geofences, and what each was at which time: readings are judged by the version that was valid at their time.

create table geofences (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null default '',
  group_key text references groups (key),
  geometry jsonb not null,
  radius_m double precision check (radius_m > 0),
  width_m double precision check (width_m > 0),
  hysteresis_m double precision check (hysteresis_m >= 0),
  speed_limit double precision check (speed_limit > 0),
  schedule jsonb,
  vehicles_of bigint,
  created_by bigint references users (id) on delete set null,
  version integer not null default 1,
  valid_from timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((radius_m is not null) = (geometry ->> 'type' = 'Point')),
  check ((width_m is not null) = (geometry ->> 'type' = 'LineString'))
);
create index geofences_group_key on geofences (group_key);
create index geofences_created_by on geofences (created_by);
comment on table geofences is 'Areas on the map, as they are now.';
comment on column geofences.group_key is 'It is for the vehicles of this group, whoever owns them.';
comment on column geofences.geometry is
  'GeoJSON (RFC 7946) in the normal form of rules/geometry.ts: Polygon, MultiPolygon, Point of a circle, LineString of a corridor.';
comment on column geofences.hysteresis_m is 'Null: the default of rules/geofence.ts.';
comment on column geofences.speed_limit is 'km/h, for vehicles inside';
comment on column geofences.schedule is 'Weekly windows with a zone: rules/schedule.ts. Null: always.';
comment on column geofences.vehicles_of is
  'Without a group, it is for the vehicles of this user, and if that is null for all. Not a reference: the geofence of a deleted user must not become one for all.';
comment on column geofences.valid_from is 'Since when readings are judged by the present version.';

create trigger make_group before insert or update of group_key on geofences
  for each row when (new.group_key is not null) execute function make_group();

create table geofence_versions (
  geofence_id bigint not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  key text not null,
  name text not null,
  group_key text,
  vehicles_of bigint,
  created_by bigint,
  geometry jsonb not null,
  radius_m double precision,
  width_m double precision,
  hysteresis_m double precision,
  speed_limit double precision,
  schedule jsonb,
  primary key (geofence_id, valid_from),
  check (valid_to > valid_from)
);
create index geofence_versions_key on geofence_versions (key, valid_from);
comment on table geofence_versions is
  'Everything that results depend on, with its validity in event time. Those of one key do not overlap. They outlive their geofence, for readings that arrive late.';
comment on column geofence_versions.valid_to is 'Exclusive; null for the present version of a geofence.';
comment on column geofence_versions.created_by is 'Owner of the geofence, also after its deletion.';

create table geofence_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into geofence_revision (revision) values (0);
comment on table geofence_revision is
  'One row, changed by every transaction that changes geofence_versions: whoever keeps them in memory reads them again then.';

create or replace function is_group_used(wanted text) returns boolean language sql stable as $$
  select exists (select from vehicles where group_key = wanted)
    or exists (select from grants where group_key = wanted)
    or exists (select from geofences where group_key = wanted)
    or exists (
      select from service_tokens
      where wanted = any (groups) and revoked_at is null and expires_at > now()
    )
$$;
