-- Where on the globe a newest position is, by squares of a fiftieth of a degree (2.2 km from south to north). It changes every few
-- minutes at most, so that an index on it is seldom written, where one on the position itself would be with each reading.
-- The API looks for areas by it; CELLS_PER_DEGREE in api/queries/positions.ts is the same fifty.

alter table positions
  add column cell_lat smallint not null generated always as (floor(lat * 50)) stored,
  add column cell_lon smallint not null generated always as (floor(lon * 50)) stored;
comment on column positions.cell_lat is 'floor(lat * 50)';
comment on column positions.cell_lon is 'floor(lon * 50)';

create index positions_cell_idx on positions (cell_lat, cell_lon);
