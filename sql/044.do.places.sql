-- Names of places at the ends of journeys, and lists of journeys of many vehicles.

create index journeys_from on journeys (from_time, id);

create index journeys_unnamed on journeys (id)
  where (start_place is null and start_lat is not null)
    or (end_place is null and end_lat is not null and to_time is not null);
comment on index journeys_unnamed is 'Journeys whose places insight still has to look up: few, and soon none.';

create table place_names (
  lat integer not null,
  lon integer not null,
  name text,
  found_at timestamptz not null default now(),
  primary key (lat, lon)
);
create index place_names_found on place_names (found_at);
comment on table place_names is
  'Names that the geocoder of GEOCODER_URL gave. A cache: any row may be deleted, and is then requested again.';
comment on column place_names.lat is 'Rounded to 1e-3 degrees, about 100 m.';
comment on column place_names.name is 'Null if the geocoder knows none.';
