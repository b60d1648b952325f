-- Notifications: channels are configured, deliveries are the outbox.

create table channels (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null default '',
  kind text not null check (kind in ('webhook', 'email', 'mqtt')),
  config jsonb not null default '{}',
  secret bytea,
  templates jsonb not null default '{}',
  zone text not null default 'UTC',
  quiet_hours jsonb,
  storm_max integer not null default 30 check (storm_max > 0),
  storm_window_s integer not null default 600 check (storm_window_s > 0),
  enabled boolean not null default true,
  digest_due_at timestamptz,
  storm_until timestamptz,
  created_at timestamptz not null default now(),
  created_by bigint references users (id) on delete cascade,
  version bigint not null default 1,
  check ((kind = 'webhook') = (secret is not null))
);
comment on table channels is 'Where notifications go: a webhook, e-mail addresses, or the MQTT topics of the vehicles.';
comment on column channels.config is 'Webhook: {url}. E-mail: {to: [address]}. MQTT: {}.';
comment on column channels.secret is 'Signs the requests of a webhook. Encrypted with a key made of JWT_SECRET: kit/sealed-secret.ts';
comment on column channels.templates is '{subject, text}; an absent one has a default.';
comment on column channels.zone is 'Time zone of the quiet hours, and of times in texts.';
comment on column channels.quiet_hours is '{from, to, severities}: events of these severities are held from one time of day to the other.';
comment on column channels.digest_due_at is 'When the held deliveries are sent as a digest. Null: none is held.';
comment on column channels.storm_until is 'Until then every delivery is held, because there were too many.';
comment on column channels.created_by is 'Its owner. A channel without one belongs to the administrators.';
create index channels_created_by on channels (created_by);

create table deliveries (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  channel_id bigint not null references channels (id) on delete cascade,
  event_id bigint,
  vehicle_id bigint,
  reason text not null check (reason in ('raised', 'escalated', 'ended', 'retracted', 'digest', 'test')),
  severity text not null default 'info' check (severity in ('info', 'warning', 'critical')),
  event_time timestamptz,
  event_start timestamptz,
  payload jsonb not null,
  state text not null default 'waiting'
    check (state in ('waiting', 'sending', 'sent', 'dead', 'digested', 'cancelled')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  released_at timestamptz,
  digest_id uuid references deliveries (id) on delete set null,
  last_error text,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  unique (event_id, reason, channel_id)
) with (fillfactor = 70);
comment on table deliveries is
  'Notifications to send, written in the transaction of their event, and what became of them. At least once each, always with the same id.';
comment on column deliveries.id is 'webhook-id, and part of the Message-ID: receivers recognise a repeated delivery by it.';
comment on column deliveries.event_id is 'Null for a digest and a test.';
comment on column deliveries.event_time is
  'Time of what is reported: start of the event, its end, or its retraction. Null: it is never too late to be sent on its own.';
comment on column deliveries.event_start is 'Start of the event: whoever may not see it from there is not told of its end either.';
comment on column deliveries.payload is 'The event as the API shows it; contract/notifications.ts';
comment on column deliveries.state is
  'Digested: held for a digest, or part of one if digest_id is set. Cancelled: nothing was sent, and nothing will be.';
comment on column deliveries.attempts is 'Since it was released, or sent again by a person.';
comment on column deliveries.released_at is 'When it was decided to send it on its own. Null: not decided yet, or held.';
create index deliveries_unsorted on deliveries (channel_id, seq) where state = 'waiting' and released_at is null;
create index deliveries_due on deliveries (channel_id, next_at)
  where state in ('waiting', 'sending') and released_at is not null;
create index deliveries_held on deliveries (channel_id, seq) where state = 'digested' and digest_id is null;
create index deliveries_released on deliveries (channel_id, released_at) where released_at is not null;
create index deliveries_channel on deliveries (channel_id, seq);
create index deliveries_digest on deliveries (digest_id) where digest_id is not null;
create index deliveries_created_at on deliveries (created_at);

create table delivery_attempts (
  delivery_id uuid not null references deliveries (id) on delete cascade,
  at timestamptz not null,
  duration_ms integer not null,
  result text not null,
  status_code integer
);
comment on table delivery_attempts is 'Every attempt to send a delivery whose outcome is known.';
comment on column delivery_attempts.result is 'ok, or what went wrong. Nothing of the text of a reply.';
comment on column delivery_attempts.status_code is 'Of HTTP or SMTP; null if there was no reply.';
create index delivery_attempts_delivery on delivery_attempts (delivery_id, at);

create function announce_deliveries() returns trigger language plpgsql as $$
begin
  perform pg_notify('deliveries', '');
  return null;
end $$;
create trigger announce_deliveries after insert on deliveries
  for each statement execute function announce_deliveries();

create function may_be_told(user_id bigint, vehicle bigint, at timestamptz) returns boolean language sql stable as $$
  select user_id is null or vehicle is null
    or exists (select from users where id = user_id and role = 'admin')
    or exists (select from vehicles where id = vehicle and created_by = user_id)
    or exists (
      select from vehicles join grants on grants.vehicle_id = vehicles.id or grants.group_key = vehicles.group_key
      where vehicles.id = vehicle and grants.user_id = may_be_told.user_id
        and (history_from is null or at is null or history_from <= at)
    )
$$;
comment on function may_be_told is
  'Whether the owner of a channel may see what happened to a vehicle at a time. Checked before sending, because grants end.';
