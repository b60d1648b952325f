-- A logout ends what came of that login, and nothing of the user's other logins.

create table ended_logins (
  sid uuid primary key,
  user_id bigint not null references users (id) on delete cascade,
  expires_at timestamptz not null
);
comment on table ended_logins is
  'Logins that were ended by a logout: tokens with this sid are refused. expires_at is when the last of them is over.';
create index ended_logins_user_id on ended_logins (user_id, expires_at);
create index ended_logins_expires_at on ended_logins (expires_at);

-- As a revoked token: token:SID:EXP.
create function announce_ended_login() returns trigger language plpgsql as $$
begin
  perform pg_notify('registry', 'token:' || new.sid || ':' || ceil(extract(epoch from new.expires_at))::bigint);
  return null;
end $$;

create trigger announce_ended_login after insert on ended_logins
  for each row execute function announce_ended_login();
