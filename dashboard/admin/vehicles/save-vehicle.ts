import type { Client, Schemas } from '../../../client/client.ts'
import { answerOf, type Answer } from '../forms/answer.ts'
import { patchBetween } from '../forms/patch-between.ts'
import type { VehicleFields } from './vehicle-draft.ts'

type Vehicle = Schemas['Vehicle']

export async function createVehicle(
  api: Client,
  key: string,
  { group, ...others }: VehicleFields,
): Promise<Answer<Vehicle>> {
  const body = { key, ...others, ...(group !== null && { group }) }
  // The reply to a single vehicle is a single vehicle, not a list.
  return (await answerOf(api.POST('/api/vehicles', { body }))) as Answer<Vehicle>
}

/** Sends the fields that differ. `etag` is of the version that was edited: a newer one is not overwritten. */
export async function updateVehicle(
  api: Client,
  vehicle: Vehicle,
  etag: string | undefined,
  fields: VehicleFields,
): Promise<Answer<Vehicle>> {
  const { key, name, plate, vin, group, tags, attributes } = vehicle
  const body = patchBetween<object>({ name, plate, vin, group, tags, attributes }, fields)
  if (body === undefined) return { data: vehicle }
  const params = { path: { key }, header: etag === undefined ? {} : { 'If-Match': etag } }
  return answerOf(api.PATCH('/api/vehicles/{key}', { params, body }))
}
