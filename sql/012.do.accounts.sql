-- Accounts: what people log in with, their sessions in browsers, and who changed what.

alter table users
  add column name text not null default '',
  add column tokens_valid_from timestamptz not null default '-infinity';
comment on column users.tokens_valid_from is
  'API tokens with an earlier iat are refused: set when the password or the role changes, or the user logs out everywhere.';

create table sessions (
  id uuid primary key,
  user_id bigint not null references users (id) on delete cascade,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
comment on table sessions is 'Logins of browsers, which get new API tokens with a cookie. secret_hash is the SHA-256 of its random secret.';
create index sessions_user_id on sessions (user_id, created_at);
create index sessions_expires_at on sessions (expires_at);

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  request_id text not null,
  address text not null
);
comment on table audit_log is
  'Every change through the API, in its transaction. actor and subject are texts such as "user:1" and "vehicle:truck-7", so that they outlive what they name.';
create index audit_log_subject on audit_log (subject, id);
create index audit_log_actor on audit_log (actor, id);
