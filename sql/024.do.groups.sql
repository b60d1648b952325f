-- A group has an owner: whoever else could put a vehicle into it would appear in the lists and on the maps of those who were
-- granted the group.

create table groups (
  key text primary key check (key ~ '^[A-Za-z0-9_-]{1,64}$'),
  owner_id bigint references users (id) on delete set null,
  created_at timestamptz not null default now()
);
comment on table groups is
  'Groups of vehicles, made by their first use. Only the owner and administrators put vehicles into them. One that no vehicle and no grant names is free: the next to use it owns it.';
comment on column groups.owner_id is 'Who used it first. Null: administrators alone put vehicles into it.';
create index groups_owner_id on groups (owner_id);

-- A group of several owners is that of the first: their vehicles stay in it.
insert into groups (key, owner_id)
select distinct on (group_key) group_key, created_by from vehicles where group_key is not null order by group_key, id;
insert into groups (key)
select distinct group_key from grants where group_key is not null on conflict do nothing;

-- Also for what is not done by the API.
create function make_group() returns trigger language plpgsql as $$
begin
  insert into groups (key, owner_id) values (new.group_key, new.created_by) on conflict do nothing;
  return new;
end $$;

create trigger make_group before insert or update of group_key on vehicles
  for each row when (new.group_key is not null) execute function make_group();
create trigger make_group before insert or update of group_key on grants
  for each row when (new.group_key is not null) execute function make_group();

alter table vehicles add constraint vehicles_group_key_fkey foreign key (group_key) references groups (key);
alter table grants add constraint grants_group_key_fkey foreign key (group_key) references groups (key);
create index grants_group_key on grants (group_key);

create function is_group_used(wanted text) returns boolean language sql stable as $$
  select exists (select from vehicles where group_key = wanted) or exists (select from grants where group_key = wanted)
$$;
comment on function is_group_used(text) is
  'Whether something names a group. If nothing does, the next to use it owns it: whatever is to hold a group belongs here.';
comment on column vehicles.group_key is 'A whole group can be granted.';
