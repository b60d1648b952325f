import fc from 'fast-check'
import type { Command } from './command.ts'
import * as devices from './device-commands.ts'
import { KILLS, LASTING, SUDDEN } from './faults.ts'
import * as fleet from './fleet-commands.ts'
import { messagePlans, type Rules } from './readings.ts'
import { DEVICES, VEHICLES } from './stage.ts'

/** Faults of a run, besides those of devices and of the fleet. */
export type Faults = 'none' | 'lasting' | 'kills'

const device = fc.nat({ max: DEVICES - 1 })
const vehicle = fc.nat({ max: VEHICLES - 1 })
const then = fc.constantFrom('wait', 'wait', 'go on', 'go on', 'cut')

/** A command of a sequence; usual commands are more frequent. */
export function commandPlans(rules: Rules, faults: Faults): fc.Arbitrary<Command> {
  const messages = messagePlans(rules)
  const qos = rules.exactlyOnce ? fc.constantFrom(1, 1, 2, 2, 0) : fc.constantFrom(1, 1, 1, 0)
  const weighted = (weight: number, arbitrary: fc.Arbitrary<Command>) => ({ weight, arbitrary })
  return fc.oneof(
    weighted(
      30,
      fc.tuple(device, qos, messages, then, fc.boolean()).map((it) => devices.publish(...it)),
    ),
    weighted(
      6,
      fc.tuple(device, fc.nat({ max: 2 }), qos, then).map((it) => devices.again(...it)),
    ),
    weighted(4, device.map(devices.sendAgain)),
    weighted(
      6,
      fc.tuple(device, fc.boolean(), fc.nat({ max: 1 })).map((it) => devices.reconnect(...it)),
    ),
    weighted(4, device.map(devices.settle)),
    weighted(
      3,
      fc.tuple(device, messages).map((it) => devices.postTelemetry(...it)),
    ),
    weighted(
      rules.replays ? 3 : 0,
      fc.tuple(device, messages, fc.integer({ min: 1, max: 3 })).map((it) => devices.replay(...it)),
    ),
    weighted(rules.replays ? 1 : 0, fc.constant(devices.replayLetters)),
    weighted(rules.exactlyOnce ? 4 : 0, device.map(devices.forget)),
    weighted(rules.exactlyOnce ? 4 : 0, device.map(devices.release)),
    weighted(
      rules.moves ? 6 : 0,
      fc.tuple(device, fc.option(vehicle, { freq: 4, nil: null })).map((it) => fleet.move(...it)),
    ),
    weighted(rules.moves ? 2 : 0, device.map(fleet.deleteDevice)),
    weighted(
      rules.moves ? 4 : 0,
      fc.tuple(device, vehicle).map((it) => fleet.addDevice(...it)),
    ),
    weighted(rules.moves ? 2 : 0, vehicle.map(fleet.deleteVehicle)),
    weighted(rules.moves ? 4 : 0, vehicle.map(fleet.addVehicle)),
    weighted(
      rules.moves ? 3 : 0,
      fc.tuple(device, vehicle, qos, messages, then).map((it) => devices.publishElsewhere(...it)),
    ),
    weighted(1, fc.constant(fleet.maintain)),
    weighted(faults === 'none' ? 0 : 8, fc.constantFrom(...Object.keys(LASTING)).map(fleet.beginFault)),
    weighted(faults === 'none' ? 0 : 6, fc.constant(fleet.endFaults)),
    weighted(faults === 'none' ? 0 : 3, fc.constantFrom(...Object.keys(SUDDEN)).map(fleet.sudden)),
    weighted(faults === 'kills' ? 6 : 0, fc.constantFrom(...Object.keys(KILLS)).map(fleet.sudden)),
  )
}
