-- Which devices are connected, and when those that are not were.

create table brokers (
  id uuid primary key,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
comment on table brokers is 'Brokers that run, each with a new id at its start. One that was not seen for 30 s is dead, and its devices are offline.';

create table device_presence (
  device_id bigint primary key references devices (id) on delete cascade,
  broker_id uuid,
  since timestamptz not null,
  last_seen_at timestamptz not null
-- With room for new versions of a row beside the old: a connected device's changes every ten seconds.
) with (fillfactor = 60);
comment on table device_presence is 'Devices that were ever connected. broker_id is where one is, if that broker lives; null: it is offline.';
comment on column device_presence.since is 'When it connected or disconnected, whichever was later.';
