-- A reading that was acknowledged before its vehicle was deleted is stored, also if it is in a spool until after that.

alter table device_vehicles add column vehicle_deleted_at timestamptz;
comment on column device_vehicles.vehicle_deleted_at is
  'When the vehicle was deleted. Null: it is there, or was deleted before this column was.';

create function note_vehicle_deletion() returns trigger language plpgsql as $$
begin
  update device_vehicles set vehicle_deleted_at = clock_timestamp() where vehicle_id = old.id;
  return null;
end $$;

create trigger note_vehicle_deletion after delete on vehicles
  for each row execute function note_vehicle_deletion();
