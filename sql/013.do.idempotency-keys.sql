-- Requests that may be sent again without being done again.

create table idempotency_keys (
  actor text not null,
  key text not null,
  fingerprint bytea not null,
  created_at timestamptz not null default now(),
  status int,
  headers jsonb,
  body text,
  primary key (actor, key)
);
comment on table idempotency_keys is
  'POST requests with an Idempotency-Key, for a day. fingerprint is the SHA-256 of what was asked; status is null while it is being done.';
create index idempotency_keys_created_at on idempotency_keys (created_at);
