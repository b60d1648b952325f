-- Who may see what: a user sees the vehicles that it created and those that were granted to it.

alter table vehicles
  add column plate text not null default '',
  add column vin text not null default '',
  add column group_key text check (group_key ~ '^[A-Za-z0-9_-]{1,64}$'),
  add column tags text[] not null default '{}',
  add column attributes jsonb not null default '{}',
  add column created_by bigint references users (id) on delete set null,
  add column version bigint not null default 1;
comment on column vehicles.group_key is 'A whole group can be granted; a group is there as long as a vehicle or a grant names it.';
comment on column vehicles.version is 'Counts its changes; the ETag of the API.';
create index vehicles_created_by on vehicles (created_by);
create index vehicles_group_key on vehicles (group_key);

alter table devices
  add column serial text not null default '',
  add column firmware text not null default '',
  add column created_by bigint references users (id) on delete set null,
  add column version bigint not null default 1;
comment on column devices.serial is 'Its serial number or MAC address, whatever is printed on it.';
create index devices_created_by on devices (created_by);

create table grants (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  vehicle_id bigint references vehicles (id) on delete cascade,
  group_key text check (group_key ~ '^[A-Za-z0-9_-]{1,64}$'),
  created_at timestamptz not null default now(),
  created_by bigint references users (id) on delete set null,
  check (num_nonnulls(vehicle_id, group_key) = 1)
);
comment on table grants is 'Vehicles, and whole groups of them, that a user may see without having created them. Never to change them.';
create unique index grants_vehicle on grants (user_id, vehicle_id) where vehicle_id is not null;
create unique index grants_group on grants (user_id, group_key) where group_key is not null;
create index grants_vehicle_id on grants (vehicle_id);
create index grants_created_by on grants (created_by);
