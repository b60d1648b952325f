/**
 * How Node.js should be started for a broker. A young generation of 32 MiB instead of 16: with the default, what belongs to a
 * batch often outlives two collections and is moved to the old generation, where everything that is linked to it follows.
 * With ten thousand devices the broker's memory then swings between 300 and 550 MiB, and each swing ends in a pause;
 * with 32 MiB it stayed at 350, before newest positions were written, and the 99th percentile of acknowledgements halves.
 * Garbage is collected in the broker's own thread: on two cores that PostgreSQL uses too, helpers for it often wait for a
 * core while everything waits for them. The longest pauses of young collections were 30 ms with helpers and are 10 ms without.
 * All of the heap is collected when it has grown by 40 %: some of what is written each second becomes old nevertheless, 2 to 7 MiB
 * a second. V8 would let it grow to three times what is alive and then stop for 140 ms; so it is 20 ms, every 20 s or more.
 * Marking begins when 60 % of that growth is used. By default it begins when less than a young generation is left, which with a
 * small heap is always: at full load with a hundred devices it took an eighth of the broker's processor time.
 */
export const BROKER_NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--single-threaded-gc',
  '--heap-growing-percent=40',
  '--incremental-marking-soft-trigger=60',
  '--incremental-marking-hard-trigger=90',
]
