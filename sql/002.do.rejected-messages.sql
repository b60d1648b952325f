-- The messages that could not become readings, kept so that an operator can see why and send them again.

create table rejected_messages (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  vehicle_id bigint,
  device_id bigint,
  code text not null,
  problems jsonb not null,
  reading_index int,
  payload bytea not null
);
comment on table rejected_messages is
  'Dead letters: payload is what the device sent, byte for byte (for one reading of an array: that reading''s text, reading_index its place).';
create index rejected_messages_vehicle on rejected_messages (vehicle_id, id);

-- For retention. Rows come in order of time, so that a few bytes per hundred pages are enough.
create index rejected_messages_received_at on rejected_messages using brin (received_at);
