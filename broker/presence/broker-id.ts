import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import { UUID } from '../../contract/ids.ts'

export const UUID_LINE = new RegExp(`^${UUID}\\n$`)

/**
 * The id of the broker that `dataDir` belongs to. It outlasts restarts, like the other data in `dataDir`. An id that is lost or
 * damaged is replaced: to other brokers this broker is new then. Throws `data_dir_unwritable`.
 */
export function readBrokerId(dataDir: string): string {
  const file = join(dataDir, 'broker-id')
  try {
    const known = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (UUID_LINE.test(known)) return known.trimEnd()
    const id = randomUUID()
    writeFileSync(file, `${id}\n`)
    return id
  } catch (cause) {
    const message = `DATA_DIR: ${file} cannot be used for the id of this broker: ${messageOf(cause)}`
    throw new FleetwireError('data_dir_unwritable', message, { cause })
  }
}
