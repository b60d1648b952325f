import type { Client, Schemas } from '../../../client/client.ts'
import { answerOf, type Answer } from '../forms/answer.ts'
import { patchBetween } from '../forms/patch-between.ts'
import { trimmed, type DeviceDraft } from './device-draft.ts'

type Device = Schemas['Device']

export async function createDevice(api: Client, draft: DeviceDraft): Promise<Answer<Device>> {
  const { vehicle, public_key, ...others } = trimmed(draft)
  const body = { ...others, ...(vehicle !== '' && { vehicle }), ...(public_key !== '' && { public_key }) }
  // The reply to a single device is a single device, not a list.
  return (await answerOf(api.POST('/api/devices', { body }))) as Answer<Device>
}

/** A device and the ETag that it was read with. */
export interface DeviceVersion {
  device: Device
  etag: string | undefined
}

/**
 * Changes the fields that differ, and then the public key, which has a request of its own. `onPatched` gets the new version
 * between the two, to go on from if the key is refused.
 */
export async function updateDevice(
  api: Client,
  { device, etag }: DeviceVersion,
  draft: DeviceDraft,
  onPatched: (version: DeviceVersion) => void,
): Promise<Answer<Device>> {
  const { key: _, vehicle, public_key, ...others } = trimmed(draft)
  const { name, serial, firmware, vehicle: vehicleBefore } = device
  const before = { name, serial, firmware, vehicle: vehicleBefore }
  const patch = patchBetween<object>(before, { ...others, vehicle: vehicle === '' ? null : vehicle })
  if (patch !== undefined) {
    const params = { path: { key: device.key }, header: etag === undefined ? {} : { 'If-Match': etag } }
    const answer = await answerOf(api.PATCH('/api/devices/{key}', { params, body: patch }))
    if (answer.problem) return answer
    if (answer.data) onPatched({ device: answer.data, etag: answer.etag })
  }
  return updateKey(api, device, public_key)
}

async function updateKey(api: Client, device: Device, public_key: string): Promise<Answer<Device>> {
  if (public_key === (device.public_key ?? '').trim()) return { data: device }
  const params = { path: { key: device.key } }
  if (public_key !== '') {
    return answerOf(api.PUT('/api/devices/{key}/public-key', { params, body: { public_key } }))
  }
  const { problem } = await answerOf(api.DELETE('/api/devices/{key}/public-key', { params }))
  return { data: device, problem }
}
