import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { readAnnouncement } from './announcement.ts'
import { createConfirmations } from './confirmations.ts'
import { areSame, selectDevices, type Device } from './device.ts'
import { followNotifications } from './notifications.ts'
import { limitQueries } from './query-limit.ts'
import { createRegistryMemory } from './registry-memory.ts'
import { readStays, selectStays, type DeviceStay, type StayRow } from './stays.ts'

export interface Registry {
  /** A device from memory, otherwise from the database; `undefined` if it is unknown or has no vehicle. */
  device(key: string): Promise<Device | undefined>
  /** The same by its id, which stays when the key is changed. */
  deviceById(deviceId: number): Promise<Device | undefined>
  /**
   * The same for an unverified key, which anyone may send. The database is asked for one key at a time, and for `QUERIES_PER_S` a
   * second in all. Throws `too_many_lookups` beyond that.
   */
  deviceByUnverifiedKey(key: string): Promise<Device | undefined>
  /**
   * Whether a device is still in the state given here: its move may not have been announced yet. Reads it again, at most once in
   * `CONFIRMED_MS`, and announces changes. Rejects if the database cannot be asked.
   */
  confirm(device: Device): Promise<boolean>
  /**
   * The epoch of `device_moves` up to which all moves are known. Code that places readings by a device of this registry passes
   * the epoch from before it read the device.
   */
  readonly moves: number
  /** The stays of a device, from the database; `undefined` if it was always in its vehicle, or was deleted. */
  stays(deviceId: number): Promise<readonly DeviceStay[] | undefined>
  /** Whether a token was issued to a device and is still listed, from the database. Rejects if the database cannot be asked. */
  knowsToken(jti: string, deviceId: number): Promise<boolean>
  /** @param id the `jti` of a token, or the `sid` of a login */
  isRevoked(id: string): boolean
  /** Called with the key of a device that was changed, moved or deleted. */
  onDeviceChange(listener: (deviceKey: string) => void): void
  /** Called with the key of a device whose public key was changed or deleted. */
  onPublicKeyChange(listener: (deviceKey: string) => void): void
  /** Called with the `jti` of a token that was revoked, or the `sid` of a login that has ended. */
  onRevoke(listener: (jti: string) => void): void
  /** how many devices are in memory */
  readonly size: number
  /** Reads nothing further; does not close `sql`. */
  close(): void
}

/** Changed rows that wait to be read; beyond that everything is read instead. */
const CHANGED_MAX = 10_000

/**
 * Keeps the devices with a vehicle, and the revoked tokens that have not expired, in memory: loaded once, kept fresh by
 * the notifications that the tables' triggers send. After each reconnect everything is loaded again, because
 * notifications sent meanwhile are lost.
 */
export async function openRegistry({ sql, log }: { sql: Sql; log: Log }): Promise<Registry> {
  const memory = createRegistryMemory({ sql, log })
  const { devices, revoked } = memory
  // Changes are collected and read with one query: notifications of one transaction arrive together.
  let pending = noChanges()

  function take(payload: string): boolean {
    const said = readAnnouncement(payload, Date.now() / 1000)
    if (said === undefined) return false
    if (said.kind === 'token') takeRevocation(said)
    else if (said.kind === 'moves') pending.areMoved = true
    else {
      const changed = said.kind === 'device' ? pending.devices : pending.vehicles
      if (changed.size < CHANGED_MAX) changed.add(said.id)
      else pending.everything = true
    }
    return true
  }

  function takeRevocation({ jti, expiresAtS }: { jti: string; expiresAtS: number }): void {
    // The revocation is known, and its connections were ended: all revocations are listed again at each reconnect.
    if (revoked.has(jti)) return
    if (!revoked.announce(jti, expiresAtS)) pending.everything = true
    memory.revocations.call(jti)
  }

  const notifications = await followNotifications({
    sql,
    log,
    channel: 'registry',
    take,
    onMissed: () => (pending.everything = true),
    isStale: () =>
      pending.everything || pending.areMoved || pending.devices.size > 0 || pending.vehicles.size > 0,
    async refresh() {
      const changes = pending
      pending = noChanges()
      if (changes.everything) await memory.readAll()
      else await memory.read([...changes.devices], [...changes.vehicles], changes.areMoved)
    },
  })
  await memory.readAll()
  const lookUps = createLookUps(sql, memory)

  return {
    ...lookUps,
    isRevoked: (jti) => revoked.has(jti),
    onDeviceChange: devices.changes.add,
    onPublicKeyChange: devices.publicKeyChanges.add,
    onRevoke: memory.revocations.add,
    get moves() {
      return memory.moves
    },
    get size() {
      return devices.size
    },
    close: () => notifications.stop(),
  }
}

function noChanges() {
  return { devices: new Set<number>(), vehicles: new Set<number>(), areMoved: false, everything: false }
}

type LookUps = Pick<
  Registry,
  'device' | 'deviceById' | 'deviceByUnverifiedKey' | 'confirm' | 'stays' | 'knowsToken'
>

/** Queries of the database: for devices that memory does not have yet, and for stays and tokens. */
function createLookUps(
  sql: Sql,
  { devices }: Pick<ReturnType<typeof createRegistryMemory>, 'devices'>,
): LookUps {
  const find = (key: string) => read(sql`where d.key = ${key}`)
  const findById = (deviceId: number) => read(sql`where d.id = ${deviceId}`)
  const findLimited = limitQueries(find)

  async function read(where: ReturnType<Sql>): Promise<Device | undefined> {
    const [device] = await selectDevices(sql, where)
    if (device !== undefined) devices.put(device)
    return device
  }

  const confirmRead = createConfirmations(async (key) => {
    if ((await find(key)) === undefined) devices.remove(key)
  })

  return {
    // The notification of the device may still be on the way. Only a token with our signature leads here.
    device: async (key) => devices.get(key) ?? find(key),
    deviceById: async (deviceId) => devices.getById(deviceId) ?? findById(deviceId),
    deviceByUnverifiedKey: async (key) => devices.get(key) ?? findLimited(key),
    async confirm(device) {
      await confirmRead(device)
      const known = devices.get(device.deviceKey)
      return known !== undefined && areSame(known, device)
    },
    async stays(deviceId) {
      const [row] = await sql<{ stays: StayRow[] | null }[]>`
        select ${selectStays(sql, sql`${deviceId}::bigint`)} as stays`
      return row?.stays ? readStays(row.stays) : undefined
    },
    async knowsToken(jti, deviceId) {
      const rows = await sql`
        select from device_tokens where jti::text = ${jti} and device_id = ${deviceId}`
      return rows.length > 0
    },
  }
}
