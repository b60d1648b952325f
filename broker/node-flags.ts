/**
 * How Node.js should be started for a broker. The young generation has 32 MiB instead of 16. With the default, the objects of a
 * batch often outlive two collections and are moved to the old generation, and all objects linked to them follow. With ten
 * thousand devices the broker's memory then swings between 300 and 550 MiB, and each swing ends in a pause. With 32 MiB it
 * stayed at 350, before newest positions were written, and the 99th percentile of acknowledgements halves. Garbage is collected
 * in the broker's own thread: on two cores that PostgreSQL also uses, helpers often wait for a core while everything waits for
 * them. The longest pauses of young collections were 30 ms with helpers and are 10 ms without. The whole heap is collected when
 * it has grown by 40 %: 2 to 7 MiB a second still become old. V8 would let the heap grow to three times its live size and then
 * stop for 140 ms. So the pause is 20 ms, every 20 s or more. Marking begins when 60 % of that growth is used. By default it
 * begins when less than a young generation is left, which is always the case with a small heap. At full load with a hundred
 * devices, that took an eighth of the broker's processor time.
 */
export const BROKER_NODE_FLAGS = [
  '--max-semi-space-size=32',
  '--single-threaded-gc',
  '--heap-growing-percent=40',
  '--incremental-marking-soft-trigger=60',
  '--incremental-marking-hard-trigger=90',
]
