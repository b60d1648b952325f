import { rawElements } from '../../../contract/raw-text.ts'
import type { Outcome } from '../../accept.ts'
import type { Device } from '../../registry/device.ts'

/** The part of a message that subscribers of one vehicle get. */
interface Part {
  vehicleKey: string
  payload: Buffer
}

/**
 * The readings of a message by the vehicles that they belong to: subscribers of one vehicle may not see readings of another.
 * Nearly always the only part is the payload as it was sent, for the vehicle of the device.
 */
export function partsByVehicle(device: Device, payload: Buffer, { vehicleIds, rejected }: Outcome): Part[] {
  const { vehicleKey, stays = [] } = device
  if (vehicleIds === undefined) return [{ vehicleKey, payload }]
  const keys = new Map(stays.map((stay) => [stay.vehicleId, stay.vehicleKey]))
  const [first = null] = vehicleIds
  const isOfOne = vehicleIds.every((it) => it === first)
  if (isOfOne) return partOf(keys.get(first ?? 0), payload)

  // Only an array has readings of several vehicles. Each reading is sent on as it was written, with all its digits.
  const readings = rawElements(payload.toString('utf8'))
  const refused = new Set(rejected.map(({ index }) => index))
  const byVehicle = new Map<number, string[]>()
  for (const [place, vehicleId] of vehicleIds.entries()) {
    if (vehicleId === null || refused.has(place)) continue
    const reading = readings[place] ?? ''
    const own = byVehicle.get(vehicleId)
    if (own === undefined) byVehicle.set(vehicleId, [reading])
    else own.push(reading)
  }
  return [...byVehicle].flatMap(([vehicleId, own]) =>
    partOf(keys.get(vehicleId), Buffer.from(`[${own.join(',')}]`)),
  )
}

function partOf(vehicleKey: string | undefined, payload: Buffer): Part[] {
  return vehicleKey ? [{ vehicleKey, payload }] : []
}
