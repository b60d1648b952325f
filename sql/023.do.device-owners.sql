-- A device belongs to the owner of its vehicle: whoever created it must not go on using another owner's vehicle.

comment on column devices.created_by is
  'Its owner: the user that created it, and from then on the owner of each vehicle that it is put into.';

/* Its tokens and its public key end with a former owner, but not with an administrator, who registers devices for others. */
create function follow_vehicle_owner() returns trigger language plpgsql as $$
declare
  vehicle_owner bigint;
  is_handed_over boolean;
begin
  if new.vehicle_id is null then
    return new;
  end if;
  select created_by into vehicle_owner from vehicles where id = new.vehicle_id;
  if vehicle_owner is not distinct from new.created_by then
    return new;
  end if;
  is_handed_over := tg_op = 'UPDATE'
    and exists (select from users where id = new.created_by and role <> 'admin');
  new.created_by := vehicle_owner;
  if is_handed_over then
    new.public_key := null;
    update device_tokens set revoked_at = now() where device_id = new.id and revoked_at is null;
  end if;
  return new;
end $$;

create trigger follow_vehicle_owner before insert or update of vehicle_id on devices
  for each row execute function follow_vehicle_owner();

-- No route changes the owner of a vehicle, but a person at psql may. Without a new owner, devices stay as they are.
create function hand_over_devices() returns trigger language plpgsql as $$
begin
  update devices set vehicle_id = new.id, version = version + 1
  where vehicle_id = new.id and created_by is distinct from new.created_by;
  return null;
end $$;

create trigger hand_over_devices after update of created_by on vehicles
  for each row when (new.created_by is not null and new.created_by is distinct from old.created_by)
  execute function hand_over_devices();

-- Of the deleted, nothing is known.
with handed_over as (
  update devices set vehicle_id = vehicles.id, version = devices.version + 1
  from vehicles, devices as before
  where vehicles.id = devices.vehicle_id and devices.created_by is distinct from vehicles.created_by
    and vehicles.created_by is not null and before.id = devices.id
  returning devices.key, before.created_by as owner_before, devices.created_by as owner
)
insert into audit_log (actor, action, subject, before, after, request_id, address)
select 'system', 'device.hand_over', 'device:' || key, jsonb_build_object('owner', owner_before),
  jsonb_build_object('owner', owner), '', ''
from handed_over;
