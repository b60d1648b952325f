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
  /** they were made just now */
  areNew: boolean
}

/**
 * The secrets of a data directory, made once and kept in `secrets.json`, which only its owner may read.
 * Throws `data_dir_unwritable`, and `bad_secrets` when the file cannot be read or lacks one: it is never replaced,
 * because the database and every token out there depend on it.
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
    // Written beside and moved into place, so that a half-written file never counts.
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
    // told below
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
