-- API keys of programs, which administrators issue. A token is a JWT that nobody keeps: here is what it may do, and whether it may.

create table service_tokens (
  id bigint generated always as identity primary key,
  jti uuid not null unique,
  name text not null check (name ~ '^[A-Za-z0-9_-]{1,64}$'),
  scopes text[] not null,
  groups text[],
  created_at timestamptz not null default now(),
  created_by bigint references users (id) on delete set null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);
comment on table service_tokens is
  'API keys of programs. jti and what the token may do are in the signed token as well; a token without a row here is refused.';
comment on column service_tokens.groups is 'Keys of groups, whose vehicles it sees; null: all vehicles. A group is not free while one names it.';
comment on column service_tokens.last_used_at is 'When the API was last called with it, give or take a minute; null: never.';
-- The audit log has names.
create unique index service_tokens_name on service_tokens (name) where revoked_at is null;
create index service_tokens_created_by on service_tokens (created_by);
create index service_tokens_expires_at on service_tokens (expires_at);

-- MQTT tokens that came of it have its jti as their sid: brokers end them as those of a login that has ended.
create trigger announce_token after update of revoked_at or delete on service_tokens
  for each row execute function announce_token();

create or replace function is_group_used(wanted text) returns boolean language sql stable as $$
  select exists (select from vehicles where group_key = wanted)
    or exists (select from grants where group_key = wanted)
    or exists (
      select from service_tokens
      where wanted = any (groups) and revoked_at is null and expires_at > now()
    )
$$;
