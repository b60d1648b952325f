import { createListeners } from '../../kit/listeners.ts'
import { arePlacedAlike, areSame, type Device } from './device.ts'

export type DeviceTable = ReturnType<typeof createDeviceTable>

/** The devices that have a vehicle, in memory, by key and by id. */
export function createDeviceTable() {
  const byKey = new Map<string, Device>()
  const keyById = new Map<number, string>()
  /** called with the key of a device that was changed, moved or deleted */
  const changes = createListeners<[key: string]>()
  /** called with the key of a device whose public key was changed */
  const publicKeyChanges = createListeners<[key: string]>()

  function put(device: Device): void {
    const before = byKey.get(device.deviceKey)
    // The object stays the same, and with it the data that other parts have cached for it.
    if (before !== undefined && areSame(before, device)) return
    const keyBefore = keyById.get(device.deviceId)
    if (keyBefore !== undefined && keyBefore !== device.deviceKey) remove(keyBefore)
    // The earlier device was deleted, and its key given to another.
    if (before !== undefined) keyById.delete(before.deviceId)
    byKey.set(device.deviceKey, device)
    keyById.set(device.deviceId, device.deviceKey)
    if (before === undefined) return
    // A connection places readings by the stays that it logged in with, and uses the topics of these keys.
    if (!arePlacedAlike(before, device)) changes.call(device.deviceKey)
    if (before.publicKey !== device.publicKey) publicKeyChanges.call(device.deviceKey)
  }

  function remove(key: string): void {
    const device = byKey.get(key)
    if (device === undefined) return
    byKey.delete(key)
    keyById.delete(device.deviceId)
    changes.call(key)
  }

  return {
    put,
    remove,
    changes,
    publicKeyChanges,
    get: (key: string) => byKey.get(key),
    getById: (deviceId: number) => byKey.get(keyById.get(deviceId) ?? ''),
    all: () => byKey.values(),
    get size() {
      return byKey.size
    },
  }
}
