-- A reading that is committed is in the vehicle that device_vehicles names: no batch commits that was placed before a move.

create table device_moves (
  is_only boolean primary key default true check (is_only),
  epoch bigint not null
);
insert into device_moves (epoch) values (0);
comment on table device_moves is
  'How many times devices were moved. Brokers name the number that they know of with each batch; transactions that move devices end in the order of their numbers.';

alter table devices add column moved_epoch bigint not null default 0;
comment on column devices.moved_epoch is 'That of its last move; 0: it was not moved since there are epochs.';
create index devices_moved_epoch on devices (moved_epoch) where moved_epoch > 0;

/*
 * Moves wait until the batches that are being committed are done, 2 s at most: a batch that hangs, or another move that waits for
 * this one's rows, must not keep anybody from moving devices. Then a reading from just after the move may be in the vehicle before.
 */
create function begin_move() returns trigger language plpgsql as $$
declare
  before text := current_setting('lock_timeout');
begin
  begin
    perform set_config('lock_timeout', '2s', true);
    perform pg_advisory_xact_lock(hashtext('fleetwire device moves'));
  exception when lock_not_available or deadlock_detected then
    null;
  end;
  perform set_config('lock_timeout', before, true);
  update device_moves set epoch = epoch + 1 returning epoch into new.moved_epoch;
  -- Brokers read what has moved since the epoch that they know of.
  perform pg_notify('registry', 'moves');
  return new;
end $$;

create trigger begin_move before update of vehicle_id on devices
  for each row when (new.vehicle_id is distinct from old.vehicle_id) execute function begin_move();

/*
 * For the last statement of a batch's transaction: devices stay where they are until its commit. It never waits, because a
 * transaction with a move can be left open: the batch goes to the spool then.
 */
create procedure expect_moves(known bigint) language plpgsql as $$
declare
  epoch_now bigint;
begin
  if pg_try_advisory_xact_lock_shared(hashtext('fleetwire device moves')) then
    -- A statement of its own, so that it sees each move that was committed before the lock.
    select epoch into epoch_now from device_moves;
  end if;
  if epoch_now is distinct from known then
    raise exception using errcode = 'FW001', message = 'devices were moved while readings of them were on their way';
  end if;
end $$;
