import { readFileSync } from 'node:fs'
import { messageOf } from '../kit/errors.ts'
import { connect } from './connect.ts'
import { migrate } from './migrate.ts'
import { describeDatabaseError } from './unreachable.ts'

/** `npm run migrate`: brings the schema of DATABASE_URL up to date. */
async function main(): Promise<void> {
  const file = process.env['DATABASE_URL_FILE']
  const url = process.env['DATABASE_URL'] ?? (file ? readFileSync(file, 'utf8').trim() : undefined)
  if (!url) {
    console.log('DATABASE_URL is not set: nothing to do. The embedded database is migrated at every start.')
    return
  }
  const sql = connect({ url, max: 1, applicationName: 'fleetwire-migrate' })
  try {
    const { flavour, applied } = await migrate(sql)
    for (const name of applied) console.log(`applied ${name}`)
    console.log(`the schema is up to date (${flavour})`)
  } catch (error) {
    throw describeDatabaseError(error)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

main().catch((error: unknown) => {
  console.error(`migrate: ${messageOf(error)}`)
  process.exitCode = 1
})
