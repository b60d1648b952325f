import { setTimeout as delay } from 'node:timers/promises'
import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { readAnnouncement } from './announcement.ts'
import { createConfirmations } from './confirmations.ts'
import { arePlacedAlike, areSame, selectDevices, type Device } from './device.ts'
import { createRevokedTokens } from './revoked-tokens.ts'
import { readStays, selectStays, type DeviceStay, type StayRow } from './stays.ts'
import { limitUnvouched } from './unvouched.ts'

export interface Registry {
  /** From memory, otherwise from the database; `undefined` if it is unknown or has no vehicle. */
  device(key: string): Promise<Device | undefined>
  /** The same by its id, which it keeps when its key is changed. */
  deviceById(deviceId: number): Promise<Device | undefined>
  /**
   * The same for an unverified key, which anyone may send: the database is asked for one at a time,
   * and for `UNVOUCHED_PER_S` a second, of all of them together. Throws `too_many_lookups` beyond that.
   */
  deviceUnvouched(key: string): Promise<Device | undefined>
  /**
   * Whether a device still is as given here: its move may not have been announced yet. Reads it again, once in
   * `CONFIRMED_MS` at most, and announces what has changed. Rejects when the database cannot be asked.
   */
  confirm(device: Device): Promise<boolean>
  /**
   * The epoch of `device_moves` up to which all moves are known. Code that places readings by a device of this registry names
   * the epoch from before that device was asked for.
   */
  readonly moves: number
  /** The stays of a device, from the database; `undefined` if it is in the vehicle that it always was in, or was deleted. */
  stays(deviceId: number): Promise<readonly DeviceStay[] | undefined>
  /** Whether a token was issued to a device and is still listed; from the database, rejects when it cannot be asked. */
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
  /** Reads nothing more; does not close `sql`. */
  close(): void
}

const RETRY_MS = 500
/** A revoked token is remembered until so long after its expiry: far longer than any tolerance for clocks. */
const REVOKED_KEPT_S = 3600
/** Changed rows that are gathered, before everything is read instead. */
const CHANGED_MAX = 10_000

/**
 * Keeps the devices with a vehicle, and the revoked tokens that have not expired, in memory: loaded once, kept fresh by
 * the notifications that the tables' triggers send. After each reconnect everything is loaded again, because
 * notifications sent meanwhile are lost.
 */
export async function openRegistry({ sql, log }: { sql: Sql; log: Log }): Promise<Registry> {
  const byKey = new Map<string, Device>()
  const keyById = new Map<number, string>()
  const revoked = createRevokedTokens({ keptS: REVOKED_KEPT_S, nowS: () => Date.now() / 1000 })
  const deviceListeners: ((key: string) => void)[] = []
  const publicKeyListeners: ((key: string) => void)[] = []
  const revokeListeners: ((jti: string) => void)[] = []

  function put(device: Device): void {
    const before = byKey.get(device.deviceKey)
    // The object stays what it was, and with it what others remember of it.
    if (before !== undefined && areSame(before, device)) return
    const keyBefore = keyById.get(device.deviceId)
    if (keyBefore !== undefined && keyBefore !== device.deviceKey) remove(keyBefore)
    // One that was deleted, and its key given to another.
    if (before !== undefined) keyById.delete(before.deviceId)
    byKey.set(device.deviceKey, device)
    keyById.set(device.deviceId, device.deviceKey)
    if (before === undefined) return
    // A connection places readings by the stays that it logged in with, and uses the topics of these keys.
    if (!arePlacedAlike(before, device)) announce(device.deviceKey)
    if (before.publicKey !== device.publicKey) {
      for (const listener of publicKeyListeners) listener(device.deviceKey)
    }
  }

  function remove(key: string): void {
    const device = byKey.get(key)
    if (device === undefined) return
    byKey.delete(key)
    keyById.delete(device.deviceId)
    announce(key)
  }

  function announce(key: string): void {
    for (const listener of deviceListeners) listener(key)
  }

  let moves = 0

  async function reloadAll(): Promise<void> {
    // Before the devices, which may be newer.
    const [known] = await sql<{ epoch: number }[]>`select epoch from device_moves`
    const forgetAnnounced = revoked.beginReading()
    const devices = await selectDevices(sql, sql``)
    const tokens = await sql<{ jti: string; expiresAtS: number }[]>`
      select jti, ceil(extract(epoch from expires_at))::bigint as "expiresAtS" from device_tokens
      where revoked_at is not null and expires_at > now() - make_interval(secs => ${REVOKED_KEPT_S})
      union all
      select sid, ceil(extract(epoch from expires_at))::bigint from ended_logins where expires_at > now()
      union all
      select jti, ceil(extract(epoch from expires_at))::bigint from service_tokens
      where revoked_at is not null and expires_at > now()`
    const keys = new Set(devices.map((device) => device.deviceKey))
    for (const key of byKey.keys()) if (!keys.has(key)) remove(key)
    for (const device of devices) put(device)
    moves = Math.max(moves, known?.epoch ?? 0)
    // Only added to: a revocation may have been announced after the query was answered.
    for (const { jti, expiresAtS } of tokens) {
      const isNews = !revoked.has(jti)
      revoked.add(jti, expiresAtS)
      if (isNews) announceRevoked(jti)
    }
    forgetAnnounced()
    log.info(
      { event: 'registry_loaded', devices: byKey.size, revokedTokens: revoked.size },
      'registry loaded',
    )
  }

  function announceRevoked(jti: string): void {
    for (const listener of revokeListeners) listener(jti)
  }

  // Changes are gathered and read with one query: notifications of one transaction arrive together.
  let everything = false
  let changedDevices = new Set<number>()
  let changedVehicles = new Set<number>()
  let isMoved = false
  let refreshing = false
  const closing = new AbortController()

  const logLimit = createLogLimit(1)

  function onNotify(payload: string): void {
    const said = readAnnouncement(payload, Date.now() / 1000)
    if (said === undefined) return ignore(payload)
    if (said.kind === 'token') {
      // Known, and so were its connections: all of them are listed again at each reconnect.
      if (revoked.has(said.jti)) return
      if (!revoked.announce(said.jti, said.expiresAtS)) everything = true
      announceRevoked(said.jti)
    } else if (said.kind === 'moves') {
      isMoved = true
    } else {
      const changed = said.kind === 'device' ? changedDevices : changedVehicles
      if (changed.size < CHANGED_MAX) changed.add(said.id)
      else everything = true
    }
    void refreshUntilDone()
  }

  function ignore(payload: string): void {
    const heldBack = logLimit.allow()
    if (heldBack < 0) return
    const fields = { payload: payload.slice(0, 100), ...(heldBack > 0 && { heldBack }) }
    log.warn({ event: 'notification_ignored', ...fields }, 'unknown notification on "registry"')
  }

  /** Reads again what is stale, and does not give up: a device that was moved must not stay where it was. */
  async function refreshUntilDone(): Promise<void> {
    if (refreshing || closing.signal.aborted) return
    refreshing = true
    while (!closing.signal.aborted && isStale()) {
      try {
        await refresh()
      } catch (error) {
        everything = true
        log.warn({ event: 'registry_refresh_failed', err: error }, 'registry not refreshed, will retry')
        await delay(RETRY_MS, undefined, { ref: false })
      }
    }
    refreshing = false
  }

  function isStale(): boolean {
    return everything || changedDevices.size > 0 || changedVehicles.size > 0 || isMoved
  }

  async function refresh(): Promise<void> {
    const [devices, vehicles, all] = [[...changedDevices], [...changedVehicles], everything]
    const areMoved = isMoved
    isMoved = false
    changedDevices = new Set()
    changedVehicles = new Set()
    everything = false
    if (all) return reloadAll()
    // The changed devices are then among those whose moves are known.
    const [known] = areMoved
      ? await sql<{ epoch: number; moved: number[] }[]>`
          select epoch, array(select id from devices where moved_epoch > ${moves}) as moved from device_moves`
      : []
    const changed = [...new Set([...devices, ...(known?.moved ?? [])])]
    if (changed.length > 0 || vehicles.length > 0) await readAgain(changed, vehicles)
    if (known !== undefined) moves = known.epoch
  }

  async function readAgain(devices: number[], vehicles: number[]): Promise<void> {
    const found = await selectDevices(
      sql,
      sql`where d.id = any(${devices}::bigint[]) or d.vehicle_id = any(${vehicles}::bigint[])
        or d.id in (select device_id from device_vehicles where vehicle_id = any(${vehicles}::bigint[]))`,
    )
    const foundIds = new Set(found.map((device) => device.deviceId))
    for (const id of devices) if (!foundIds.has(id)) remove(keyById.get(id) ?? '')
    for (const device of byKey.values()) {
      if (vehicles.includes(device.vehicleId) && !foundIds.has(device.deviceId)) remove(device.deviceKey)
    }
    for (const device of found) put(device)
  }

  let listening = false
  await sql.listen('registry', onNotify, () => {
    // Called after each reconnect as well, even while all is loaded below: what was announced meanwhile is lost.
    if (listening) everything = true
    listening = true
    void refreshUntilDone()
  })
  await reloadAll()

  const find = (key: string) => read(sql`where d.key = ${key}`)
  const findById = (deviceId: number) => read(sql`where d.id = ${deviceId}`)

  async function read(where: ReturnType<Sql>): Promise<Device | undefined> {
    const [device] = await selectDevices(sql, where)
    if (device !== undefined) put(device)
    return device
  }

  const confirmRead = createConfirmations(async (key) => {
    if ((await find(key)) === undefined) remove(key)
  })
  const findUnvouched = limitUnvouched(find)

  return {
    // Its notification may still be on the way. Only a token with our signature leads here.
    device: async (key) => byKey.get(key) ?? find(key),
    deviceById: async (deviceId) => byKey.get(keyById.get(deviceId) ?? '') ?? findById(deviceId),
    deviceUnvouched: async (key) => byKey.get(key) ?? findUnvouched(key),
    async confirm(device) {
      await confirmRead(device)
      const known = byKey.get(device.deviceKey)
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
    isRevoked: (jti) => revoked.has(jti),
    onDeviceChange: (listener) => void deviceListeners.push(listener),
    onPublicKeyChange: (listener) => void publicKeyListeners.push(listener),
    onRevoke: (listener) => void revokeListeners.push(listener),
    get moves() {
      return moves
    },
    get size() {
      return byKey.size
    },
    close: () => closing.abort(),
  }
}
