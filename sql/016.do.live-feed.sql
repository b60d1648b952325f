-- The live feed: what a vehicle does, and whose changes brokers have to hear of at once.

alter table positions add column status text;
comment on column positions.status is 'As the reading has it; "alert" and the like make the vehicle stand out on the map.';

-- Brokers keep in memory what connected users may see. Said on the channel "scopes", once for a statement:
-- vehicles:ID,ID,... when vehicles came, went, or have another key, name, plate, group or owner; user:ID when a user's
-- grants, role or the start of its tokens changed, or when the user is gone.
create function announce_scope_vehicles(ids bigint[]) returns void language plpgsql as $$
begin
  -- A notification has at most 8000 bytes; an id has 19 digits at most.
  for n in 1 .. coalesce(array_length(ids, 1), 0) by 390 loop
    perform pg_notify('scopes', 'vehicles:' || array_to_string(ids[n : n + 389], ','));
  end loop;
end $$;

create function announce_scope_of_vehicles() returns trigger language plpgsql as $$
begin
  perform announce_scope_vehicles(array(select id from changed));
  return null;
end $$;

create function announce_scope_of_changed_vehicles() returns trigger language plpgsql as $$
begin
  perform announce_scope_vehicles(array(
    select coalesce(new_rows.id, old_rows.id)
    from old_rows full join new_rows on new_rows.id = old_rows.id
    where (old_rows.id, old_rows.key, old_rows.name, old_rows.plate, old_rows.group_key, old_rows.created_by)
      is distinct from (new_rows.id, new_rows.key, new_rows.name, new_rows.plate, new_rows.group_key, new_rows.created_by)
  ));
  return null;
end $$;

create function announce_scope_of_grants() returns trigger language plpgsql as $$
begin
  perform pg_notify('scopes', 'user:' || user_id) from changed group by user_id;
  return null;
end $$;

create function announce_scope_of_changed_users() returns trigger language plpgsql as $$
begin
  perform pg_notify('scopes', 'user:' || old_rows.id)
  from old_rows left join new_rows on new_rows.id = old_rows.id
  where (old_rows.role, old_rows.tokens_valid_from) is distinct from (new_rows.role, new_rows.tokens_valid_from);
  return null;
end $$;

create function announce_scope_of_users() returns trigger language plpgsql as $$
begin
  perform pg_notify('scopes', 'user:' || id) from changed;
  return null;
end $$;

create trigger announce_scope_insert after insert on vehicles referencing new table as changed
  for each statement execute function announce_scope_of_vehicles();
create trigger announce_scope_delete after delete on vehicles referencing old table as changed
  for each statement execute function announce_scope_of_vehicles();
create trigger announce_scope_update after update on vehicles referencing old table as old_rows new table as new_rows
  for each statement execute function announce_scope_of_changed_vehicles();

create trigger announce_scope_insert after insert on grants referencing new table as changed
  for each statement execute function announce_scope_of_grants();
create trigger announce_scope_delete after delete on grants referencing old table as changed
  for each statement execute function announce_scope_of_grants();
-- Nobody changes a grant; should somebody, both its old user and its new one are told.
create trigger announce_scope_update_old after update on grants referencing old table as changed
  for each statement execute function announce_scope_of_grants();
create trigger announce_scope_update_new after update on grants referencing new table as changed
  for each statement execute function announce_scope_of_grants();

create trigger announce_scope_delete after delete on users referencing old table as changed
  for each statement execute function announce_scope_of_users();
create trigger announce_scope_update after update on users referencing old table as old_rows new table as new_rows
  for each statement execute function announce_scope_of_changed_users();
