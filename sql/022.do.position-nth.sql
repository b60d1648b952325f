-- Of two readings of one instant, the one with the greater nth is the newer position.

alter table positions add column nth smallint not null default 0;
comment on column positions.nth is 'The nth of its reading in telemetry.';
