-- A grant may have a beginning: a user that is granted a vehicle today need not see last year's history.

alter table grants add column history_from timestamptz;
comment on column grants.history_from is
  'The user sees nothing that happened before. Null: all. If several grants give the same vehicle, the earliest beginning counts.';
-- Most users have none with a beginning, which is looked up first.
create index grants_history_from on grants (user_id) where history_from is not null;

-- The list beside the map finds vehicles by their VINs and tags as well: it is told when these change.
create or replace function announce_scope_of_changed_vehicles() returns trigger language plpgsql as $$
begin
  perform announce_scope_vehicles(array(
    select coalesce(new_rows.id, old_rows.id)
    from old_rows full join new_rows on new_rows.id = old_rows.id
    where (old_rows.id, old_rows.key, old_rows.name, old_rows.plate, old_rows.vin, old_rows.tags, old_rows.group_key,
        old_rows.created_by)
      is distinct from (new_rows.id, new_rows.key, new_rows.name, new_rows.plate, new_rows.vin, new_rows.tags,
        new_rows.group_key, new_rows.created_by)
  ));
  return null;
end $$;
