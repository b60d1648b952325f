import { createListeners } from '../../kit/listeners.ts'
import type { Log } from '../../kit/log.ts'
import type { Sql } from '../../sql/connect.ts'
import { createDeviceTable } from './device-table.ts'
import { selectDevices } from './device.ts'
import { createRevokedTokens } from './revoked-tokens.ts'

/** A revoked token is remembered for so long after its expiry: far longer than any tolerance for clocks. */
const REVOKED_KEPT_S = 3600

/** The devices, the revoked tokens and the epoch of `device_moves` that the registry keeps in memory, and how they are read. */
export function createRegistryMemory({ sql, log }: { sql: Sql; log: Log }) {
  const devices = createDeviceTable()
  const revoked = createRevokedTokens({ keptS: REVOKED_KEPT_S, nowS: () => Date.now() / 1000 })
  /** called with the `jti` of a token that was revoked, or the `sid` of a login that has ended */
  const revocations = createListeners<[jti: string]>()
  let moves = 0

  async function readAll(): Promise<void> {
    // Before the devices, which may be newer.
    const [known] = await sql<{ epoch: number }[]>`select epoch from device_moves`
    const forgetAnnounced = revoked.beginReading()
    const found = await selectDevices(sql, sql``)
    const tokens = await selectRevoked(sql)
    const keys = new Set(found.map((device) => device.deviceKey))
    for (const { deviceKey } of devices.all()) if (!keys.has(deviceKey)) devices.remove(deviceKey)
    for (const device of found) devices.put(device)
    moves = Math.max(moves, known?.epoch ?? 0)
    // Tokens are only added: a revocation may have been announced after the query was answered.
    for (const { jti, expiresAtS } of tokens) {
      const isNew = !revoked.has(jti)
      revoked.add(jti, expiresAtS)
      if (isNew) revocations.call(jti)
    }
    forgetAnnounced()
    const counts = { devices: devices.size, revokedTokens: revoked.size }
    log.info({ event: 'registry_loaded', ...counts }, 'registry loaded')
  }

  /** Reads devices by their ids or those of their vehicles, and with `areMoved` those that were moved since the known epoch. */
  async function read(deviceIds: number[], vehicleIds: number[], areMoved: boolean): Promise<void> {
    // The changed devices are then among those whose moves are known.
    const [known] = areMoved
      ? await sql<{ epoch: number; moved: number[] }[]>`
          select epoch, array(select id from devices where moved_epoch > ${moves}) as moved from device_moves`
      : []
    const changed = [...new Set([...deviceIds, ...(known?.moved ?? [])])]
    if (changed.length > 0 || vehicleIds.length > 0) await readChanged(changed, vehicleIds)
    if (known !== undefined) moves = known.epoch
  }

  async function readChanged(deviceIds: number[], vehicleIds: number[]): Promise<void> {
    const found = await selectDevices(
      sql,
      sql`where d.id = any(${deviceIds}::bigint[]) or d.vehicle_id = any(${vehicleIds}::bigint[])
        or d.id in (select device_id from device_vehicles where vehicle_id = any(${vehicleIds}::bigint[]))`,
    )
    const foundIds = new Set(found.map((device) => device.deviceId))
    for (const id of deviceIds) if (!foundIds.has(id)) devices.remove(devices.getById(id)?.deviceKey ?? '')
    for (const device of devices.all()) {
      if (vehicleIds.includes(device.vehicleId) && !foundIds.has(device.deviceId))
        devices.remove(device.deviceKey)
    }
    for (const device of found) devices.put(device)
  }

  return {
    devices,
    revoked,
    revocations,
    readAll,
    read,
    get moves() {
      return moves
    },
  }
}

async function selectRevoked(sql: Sql): Promise<{ jti: string; expiresAtS: number }[]> {
  return sql<{ jti: string; expiresAtS: number }[]>`
    select jti, ceil(extract(epoch from expires_at))::bigint as "expiresAtS" from device_tokens
    where revoked_at is not null and expires_at > now() - make_interval(secs => ${REVOKED_KEPT_S})
    union all
    select sid, ceil(extract(epoch from expires_at))::bigint from ended_logins where expires_at > now()
    union all
    select jti, ceil(extract(epoch from expires_at))::bigint from service_tokens
    where revoked_at is not null and expires_at > now()`
}
