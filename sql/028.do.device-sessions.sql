-- At which broker a device has logged in last: its session is there.

create table device_sessions (
  device_id bigint primary key references devices (id) on delete cascade,
  broker_id uuid not null
);
comment on table device_sessions is 'The broker that each device has logged in at last. Another one that has kept a session of it ends that.';
comment on column device_sessions.broker_id is 'From broker-id in its DATA_DIR, so that it outlasts restarts. It is another id than that in the table brokers.';
