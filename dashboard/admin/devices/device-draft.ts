import type { Schemas } from '../../../client/client.ts'

export const DEVICE_FIELDS = ['key', 'name', 'serial', 'firmware', 'vehicle', 'public_key'] as const

/** A device as it is in a form. */
export type DeviceDraft = Record<(typeof DEVICE_FIELDS)[number], string>

export function newDevice(vehicle: string): DeviceDraft {
  return { key: '', name: '', serial: '', firmware: '', vehicle, public_key: '' }
}

export function draftOf(device: Schemas['Device']): DeviceDraft {
  const { key, name, serial, firmware, vehicle, public_key } = device
  return { key, name, serial, firmware, vehicle: vehicle ?? '', public_key: public_key ?? '' }
}

/** The draft without blanks around its values. */
export function trimmed(draft: DeviceDraft): DeviceDraft {
  return Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, value.trim()])) as DeviceDraft
}
