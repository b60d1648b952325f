import { FleetwireError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { passwordWeakness } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import { hasAdmin, insertFirstAdmin } from './queries.ts'

/**
 * Creates the first administrator if none exists and a password is given. If several processes do so at the same time, one
 * succeeds.
 * @throws FleetwireError `bad_settings` if the password is easy to guess; errors of the database
 */
export async function ensureAdmin(options: {
  sql: Sql
  log: Log
  email: string
  password: string | undefined
}): Promise<void> {
  const { sql, log, email, password } = options
  if (await hasAdmin(sql)) return
  if (password === undefined) {
    log.warn(
      { event: 'admin_missing' },
      'nobody can log in: set ADMIN_PASSWORD (and ADMIN_EMAIL) and restart',
    )
    return
  }

  const weakness = passwordWeakness(password, email)
  if (weakness !== undefined) throw new FleetwireError('bad_settings', `ADMIN_PASSWORD ${weakness}`)
  const outcome = await insertFirstAdmin(sql, { email, passwordHash: await hashPassword(password) })
  if (outcome === 'created')
    log.info({ event: 'admin_created', email }, 'the first administrator was created')
  if (outcome === 'email_taken') {
    log.error({ event: 'admin_missing', email }, 'ADMIN_EMAIL belongs to a user who is not an administrator')
  }
}
