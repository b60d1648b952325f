import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isKey } from '../contract/topics.ts'
import { FleetwireError, messageOf } from '../kit/errors.ts'

/** The data that a device needs to log in, and the vehicle that it reports for. */
export interface Credentials {
  clientId: string
  userName: string
  token: string
  vehicle: string
}

/** Writes a line per device, readable by its owner only; a reader never sees half a file. */
export function writeCredentials(file: string, devices: readonly Credentials[]): void {
  const lines = devices.map((it) => `${it.clientId}\t${it.userName}\t${it.token}\t${it.vehicle}\n`)
  const fresh = `${file}.new`
  try {
    writeFileSync(fresh, lines.join(''), { mode: 0o600 })
    renameSync(fresh, file)
  } catch (error) {
    throw new FleetwireError('credentials_unusable', `cannot write ${file}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/**
 * Writes the devices like `writeCredentials`, and keeps the lines that the file has for other devices, by client id.
 * Returns the number of kept lines. Throws `credentials_unusable` before anything is written, also if the file has other
 * content.
 */
export function mergeCredentials(file: string, devices: readonly Credentials[]): number {
  const issued = new Set(devices.map((it) => it.clientId))
  // A map keeps the place of a replaced entry: `run --vehicles n` takes the first `n` vehicles of the file.
  const merged = new Map([...existingCredentials(file), ...devices].map((it) => [it.clientId, it]))
  writeCredentials(file, [...merged.values()])
  return [...merged.keys()].filter((it) => !issued.has(it)).length
}

/** The devices of a file that may be absent or empty. Throws `credentials_unusable`. */
export function existingCredentials(file: string): Credentials[] {
  return existsSync(file) ? parse(read(file), file) : []
}

/** Reads a file of `provision`. Throws `credentials_unusable` with the faulty line, but never its token. */
export function readCredentials(file: string): Credentials[] {
  const devices = parse(read(file), file)
  if (devices.length === 0) throw new FleetwireError('credentials_unusable', `${file} has no device in it`)
  return devices
}

/** The places of devices in the list, by their vehicle, both in the order of the list. */
export function groupByVehicle(devices: readonly Credentials[]): number[][] {
  const groups = new Map<string, number[]>()
  for (const [at, { vehicle }] of devices.entries()) {
    const group = groups.get(vehicle)
    if (group) group.push(at)
    else groups.set(vehicle, [at])
  }
  return [...groups.values()]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const hint = 'Make it with: npm run simulator -- provision'
    throw new FleetwireError('credentials_unusable', `cannot read ${file}: ${messageOf(error)}. ${hint}`, {
      cause: error,
    })
  }
}

function parse(text: string, file: string): Credentials[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseLine(line, `${file}, line ${index + 1}`))
}

function parseLine(line: string, where: string): Credentials {
  const [clientId, userName, token, vehicle, ...more] = line.split('\t')
  if (!clientId || userName === undefined || !token || !vehicle || more.length > 0) {
    const expected = 'client id, user name, token and vehicle with tabs between them'
    throw new FleetwireError('credentials_unusable', `${where}: expected ${expected}`)
  }
  if (!isKey(vehicle)) {
    throw new FleetwireError('credentials_unusable', `${where}: ${vehicle} is not the key of a vehicle`)
  }
  return { clientId, userName, token, vehicle }
}
