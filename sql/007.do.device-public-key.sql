-- Devices that sign their own tokens, and revocations that can be forgotten in time.

alter table devices add column public_key text check (octet_length(public_key) <= 2048);
comment on column devices.public_key is
  'PEM of the EC P-256 or RSA key that the device''s own tokens are verified with; null: it has tokens of ours only.';

-- token:JTI:EXP, with the token's expiry in seconds since 1970: brokers keep what is revoked in memory until then.
create or replace function announce_token() returns trigger language plpgsql as $$
begin
  perform pg_notify(
    'registry',
    'token:' || coalesce(new.jti, old.jti) || ':'
      || ceil(extract(epoch from coalesce(new.expires_at, old.expires_at)))::bigint
  );
  return null;
end $$;
