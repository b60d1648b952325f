import type { SceneOptions } from './scene.ts'
import type { RunFlags } from './simulator.ts'

const RETENTION_DAYS = 30

/** The share of `CHAOS_RATE` that this fleet sends: nearly every batch goes through staging. */
export const EVERYDAY_LOAD = 0.1

/** A fleet with a GPS tracker and an engine reader in each vehicle, and a broker with a retention. */
export const everydayScene = {
  devicesPerVehicle: 2,
  broker: { RETENTION_DAYS: String(RETENTION_DAYS) },
} as const satisfies Partial<SceneOptions>

/**
 * The traffic of this fleet: both devices of a vehicle use the same whole seconds, there are events beside the
 * readings, and half of the devices use QoS 2. Its faults: some devices die at a step of a delivery and forget their
 * session, and some times are years ago.
 */
export const everydayRun = {
  faults: 0.1,
  events: 0.1,
  'whole-seconds': true,
  qos: 'mixed',
  'persistent-sessions': true,
  // Far fewer than the 1000 QoS 2 messages without PUBREL at which a broker ends a connection.
  window: 50,
  'retention-days': RETENTION_DAYS,
} as const satisfies Partial<RunFlags>
