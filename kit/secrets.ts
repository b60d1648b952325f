import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, FleetwireError, messageOf } from './errors.ts'

/** The secrets of an installation: random bytes in hexadecimal, which need no quoting in shells and URLs. */
export interface Secrets {
  databasePassword: string
  jwtSecret: string
  adminPassword: string
}

export interface StoredSecrets extends Secrets {
  /** where they are kept */
  file: string
  /** whether they were created just now */
  areNew: boolean
}

/**
 * The secrets of a data directory, created once and kept in `secrets.json`, which only its owner may read. Throws
 * `data_dir_unwritable`, or `bad_secrets` if the file cannot be read or lacks a secret. The file is never replaced, because the
 * database and every issued token depend on it.
 */
export function openSecrets(dataDir: string): StoredSecrets {
  const file = join(dataDir, 'secrets.json')
  const stored = read(file)
  if (stored !== undefined) return { ...stored, file, areNew: false }

  const secrets = { databasePassword: random(32), jwtSecret: random(32), adminPassword: random(12) }
  write(file, secrets)
  return { ...secrets, file, areNew: true }
}

function write(file: string, secrets: Secrets): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    // Written under another name and moved into place, so that a half-written file never counts.
    writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (cause) {
    const message = `DATA_DIR: cannot write ${file}: ${messageOf(cause)}`
    throw new FleetwireError('data_dir_unwritable', message, { cause })
  }
}

function read(file: string): Secrets | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new FleetwireError('bad_secrets', `DATA_DIR: cannot read ${file}: ${messageOf(error)}`, {
      cause: error,
    })
  }
  try {
    const { databasePassword, jwtSecret, adminPassword } = JSON.parse(text) as Partial<Secrets>
    if (databasePassword && jwtSecret && adminPassword) return { databasePassword, jwtSecret, adminPassword }
  } catch {
    // reported below
  }
  const restart = `delete DATA_DIR (${dirname(file)}) and start again, which also deletes the embedded database in it`
  throw new FleetwireError(
    'bad_secrets',
    `${file} is damaged; restore it from a backup. Without a backup: ${restart}`,
  )
}

function random(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
