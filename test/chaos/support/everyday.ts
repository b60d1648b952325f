import type { SceneOptions } from './scene.ts'
import type { RunFlags } from './simulator.ts'

const RETENTION_DAYS = 30

/** The share of `CHAOS_RATE` that such a fleet sends: nearly every batch goes through staging. */
export const EVERYDAY_LOAD = 0.1

/** A fleet with a GPS tracker and an engine reader in each vehicle, and a broker with a retention. */
export const everydayScene = {
  devicesPerVehicle: 2,
  broker: { RETENTION_DAYS: String(RETENTION_DAYS) },
} as const satisfies Partial<SceneOptions>

/**
 * How such a fleet sends: both devices for the same whole seconds, events beside the readings, half of the devices with QoS
 * 2. Of faults, some devices die at a step of a delivery and forget their session, and some times are of years ago.
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
