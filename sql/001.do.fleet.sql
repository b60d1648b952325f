-- Who may use the fleet: people, vehicles, the devices in them, and the tokens those devices hold.

create table users (
  id bigint generated always as identity primary key,
  email text not null,
  password_hash text not null,
  role text not null check (role in ('admin', 'user')),
  created_at timestamptz not null default now()
);
comment on table users is 'People who log in to the API. password_hash is an argon2id string.';
create unique index users_email on users (lower(email));

create table vehicles (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null default '',
  created_at timestamptz not null default now()
);
comment on table vehicles is 'A vehicle. key is the {v} of its topics; its readings stay in telemetry when it is deleted.';

create table devices (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null default '',
  vehicle_id bigint references vehicles (id) on delete set null,
  created_at timestamptz not null default now()
);
comment on table devices is 'A tracker. key is its MQTT client id and the subject of its tokens; without a vehicle it may not connect.';
create index devices_vehicle_id on devices (vehicle_id);

create table device_tokens (
  jti uuid primary key,
  device_id bigint not null references devices (id) on delete cascade,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
comment on table device_tokens is 'Tokens that were issued to devices, without their secret. A revoked one is refused until it expires.';
create index device_tokens_device_id on device_tokens (device_id);

-- Brokers keep these tables in memory. Each changed row is announced on the channel "registry" as
-- vehicle:ID, device:ID or token:JTI.
create function announce_vehicle() returns trigger language plpgsql as $$
begin
  perform pg_notify('registry', 'vehicle:' || coalesce(new.id, old.id));
  return null;
end $$;

create function announce_device() returns trigger language plpgsql as $$
begin
  perform pg_notify('registry', 'device:' || coalesce(new.id, old.id));
  return null;
end $$;

create function announce_token() returns trigger language plpgsql as $$
begin
  perform pg_notify('registry', 'token:' || coalesce(new.jti, old.jti));
  return null;
end $$;

create trigger announce_vehicle after update or delete on vehicles
  for each row execute function announce_vehicle();
create trigger announce_device after insert or update or delete on devices
  for each row execute function announce_device();
create trigger announce_token after update of revoked_at or delete on device_tokens
  for each row execute function announce_token();
