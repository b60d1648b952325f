-- A dead letter can be sent again, any number of times, and each of its readings keeps one identity.

alter table rejected_messages add column time_if_absent timestamptz;
comment on column rejected_messages.time_if_absent is
  'The time that its reading has if it names none; of an array the first one''s, each further one has a microsecond more. Null in rows from before it was there.';
