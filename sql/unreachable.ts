import { codeOf, FleetwireError, messageOf } from '../kit/errors.ts'

/** Codes of the operating system and of postgres.js, and SQLSTATEs with which a server refuses all clients for now. */
const UNREACHABLE = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
  '53300',
  '57P01',
  '57P02',
  '57P03',
])

/**
 * Describes an error of the database at the start of a process. `database_unreachable` and `database_login_refused`
 * (wrong user, password or database name) name the setting DATABASE_URL. Another FleetwireError is returned
 * unchanged; any other error becomes `database_failed` with its message.
 */
export function describeDatabaseError(error: unknown): FleetwireError {
  const code = codeOf(error)
  const message = messageOf(error)
  if (UNREACHABLE.has(code) || isUnixSocketError(error)) {
    const text = `the database of DATABASE_URL cannot be reached: ${message}`
    return new FleetwireError('database_unreachable', text, { cause: error })
  }
  // Class 28 is "invalid authorization specification"; 3D000 is "no such database", which is only known at the login.
  if (/^28...$/.test(code) || code === '3D000') {
    const text = `the database of DATABASE_URL refused the login: ${message}`
    return new FleetwireError('database_login_refused', text, { cause: error })
  }
  return error instanceof FleetwireError
    ? error
    : new FleetwireError('database_failed', message, { cause: error })
}

/** The codes of such errors, ENOENT and EACCES, are also those of files: only `connect` distinguishes them. */
function isUnixSocketError(error: unknown): boolean {
  const cause = error instanceof FleetwireError ? error.cause : error
  return cause instanceof Error && 'syscall' in cause && cause.syscall === 'connect'
}
