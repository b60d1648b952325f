import { totalmem } from 'node:os'

const mebibyte = 1024 * 1024

/**
 * Settings of the embedded server, given on its command line at every start so that a newer program brings its own.
 * Whatever is not named here is PostgreSQL's default. Among those are fsync and synchronous_commit, on which the whole
 * promise rests: they are named all the same, so that no postgresql.conf can turn them off.
 */
export function serverSettings(port: number): Record<string, string> {
  const sharedBuffersMiB = Math.round(Math.min(1024, Math.max(128, totalmem() / mebibyte / 8)))
  return {
    port: String(port),
    // Only this machine, and only by password: no socket file to guard, or whose path may be too long.
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Brokers, API and people each hold a few; a connection costs about 2 MB when it is used.
    max_connections: '100',
    // An eighth of the memory: the machine also runs the broker, and the newest day's index should stay in memory.
    shared_buffers: `${sharedBuffersMiB}MB`,
    // After a checkpoint the first change of each page writes all of it to the WAL. At 10 thousand readings a second a
    // minute's WAL is about 150 MB: with the defaults (5 min, 1 GB) pages would be written whole again all the time.
    checkpoint_timeout: '15min',
    max_wal_size: '2GB',
    checkpoint_completion_target: '0.9',
    // The binaries have no lz4, and pglz costs more processor time than the WAL costs disk.
    wal_compression: 'off',
    // Rows are never updated in telemetry, so vacuum only has to keep the visibility map fresh for index-only scans.
    autovacuum_vacuum_insert_scale_factor: '0.5',
    // Compiling a query takes longer than any query of the API should.
    jit: 'off',
    // Solid-state disks.
    random_page_cost: '1.1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Duplicates are everyday errors here; their statement would be a line per batch.
    log_min_error_statement: 'panic',
    log_line_prefix: '%m [%p] ',
  }
}
