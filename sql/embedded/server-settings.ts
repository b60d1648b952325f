import { totalmem } from 'node:os'

const mebibyte = 1024 * 1024

/**
 * Settings of the embedded server, given on its command line at every start so that a newer program brings its own. All other
 * settings have PostgreSQL's defaults. fsync and synchronous_commit, on which the guarantee depends, have the defaults as well.
 * They are still given here, so that no postgresql.conf can turn them off.
 */
export function serverSettings(port: number): Record<string, string> {
  const sharedBuffersMiB = Math.round(Math.min(1024, Math.max(128, totalmem() / mebibyte / 8)))
  return {
    port: String(port),
    // Only from this machine, and only by password. A socket file would have to be guarded, and its path may be too long.
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // Brokers, API and people each use a few connections, of about 2 MB each.
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
    // Duplicates are common errors here; their statements would be a line for each batch.
    log_min_error_statement: 'panic',
    log_line_prefix: '%m [%p] ',
  }
}
