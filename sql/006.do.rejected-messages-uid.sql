-- A dead letter may be written twice, when its first commit was lost on the way. uid is the same for both.

alter table rejected_messages add column uid uuid;
comment on column rejected_messages.uid is
  'Made from the device, the time of receipt, the place and the payload; null in rows from before it was there.';
create unique index rejected_messages_uid on rejected_messages (uid);
