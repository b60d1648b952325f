-- Which microseconds each broker gives to readings without a time, so that no two brokers give the same.

create table receipt_classes (
  class smallint primary key check (class between 0 and 31),
  broker_id uuid unique,
  seen_at timestamptz not null default '-infinity'
);
comment on table receipt_classes is 'Remainders of microseconds since 1970, divided by 32. A broker gives readings without a time only instants of its own class.';
comment on column receipt_classes.broker_id is 'From broker-id in its DATA_DIR; null: never taken. The class that was seen least recently is given to the next new broker.';

insert into receipt_classes (class) select generate_series(0, 31);
