-- A user that leaves takes the device tokens it issued with it, unless an administrator keeps them.

alter table device_tokens add column issued_by bigint references users (id) on delete set null;
comment on column device_tokens.issued_by is
  'The user that issued it. Null: a service, a user that was deleted while the token was kept, or unknown.';
create index device_tokens_issued_by on device_tokens (issued_by) where issued_by is not null;

-- Of tokens of before, the audit log knows it.
update device_tokens set issued_by = users.id
from audit_log
join users on audit_log.actor = 'user:' || users.id
where audit_log.action = 'token.issue' and audit_log.after ->> 'jti' = device_tokens.jti::text;
