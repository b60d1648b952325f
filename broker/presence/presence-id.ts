import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../kit/errors.ts'
import { UUID_LINE } from './broker-id.ts'

const fileIn = (dataDir: string) => join(dataDir, 'presence-id')

/** The id under which the last broker of `dataDir` stored its connected devices; `undefined` if there was none. */
export function readPresenceId(dataDir: string): string | undefined {
  try {
    const line = readFileSync(fileIn(dataDir), 'utf8')
    return UUID_LINE.test(line) ? line.trimEnd() : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

export function writePresenceId(dataDir: string, id: string): void {
  writeFileSync(fileIn(dataDir), `${id}\n`)
}
