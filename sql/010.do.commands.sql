-- What the fleet's people ask of their vehicles, kept until it is delivered.

create table commands (
  id bigint generated always as identity primary key,
  vehicle_id bigint not null references vehicles (id) on delete cascade,
  name text not null check (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
  params json not null,
  state text not null default 'queued'
    check (state in ('queued', 'delivered', 'acknowledged', 'failed', 'expired', 'cancelled')),
  created_at timestamptz not null default now(),
  created_by bigint references users (id) on delete set null,
  expires_at timestamptz not null,
  delivered_at timestamptz,
  settled_at timestamptz,
  device_id bigint,
  result json
);
comment on table commands is 'Commands to vehicles, and what became of them. Open are those in the states queued and delivered.';
comment on column commands.state is
  'An open one whose expires_at is over counts as expired, also before the next command of its vehicle makes it so here.';
comment on column commands.params is 'Not jsonb, which cannot hold all that JSON can: it goes to the device as it came.';
comment on column commands.delivered_at is 'When a PUBACK of the device came, or its answer if that was earlier.';
comment on column commands.settled_at is 'When it was answered or cancelled.';
comment on column commands.device_id is 'The device that it was delivered to; it may have been deleted since.';
create index commands_vehicle on commands (vehicle_id, id);
create index commands_open on commands (vehicle_id, id) where state in ('queued', 'delivered');
create index commands_created_by on commands (created_by);

-- The broker that holds a connection of the vehicle looks for its commands then.
create function announce_command() returns trigger language plpgsql as $$
begin
  perform pg_notify('commands', new.vehicle_id::text);
  return null;
end $$;

create trigger announce_command after insert on commands
  for each row execute function announce_command();
