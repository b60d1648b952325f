import { expect } from 'chai'
import { isAlert, lastStateOf, liveStateOf, type NewestOfVehicle } from '../../contract/live-state.ts'

const NOTHING: NewestOfVehicle = {
  positionMs: 0,
  isAlert: false,
  statusMs: 0,
  speed: 0,
  speedMs: 0,
  ignition: false,
  ignitionMs: 0,
}
const NOW_MS = 1_795_248_000_000
const STALE_AFTER_MS = 600_000
const SINCE_MS = NOW_MS - STALE_AFTER_MS
const minutesAgo = (minutes: number) => NOW_MS - minutes * 60_000

interface Values {
  /** minutes ago */
  position?: number
  status?: [value: string, minutesAgo: number]
  speed?: [value: number, minutesAgo: number]
  ignition?: [value: boolean, minutesAgo: number]
}
function newest({ position, status, speed, ignition }: Values): NewestOfVehicle {
  return {
    ...NOTHING,
    ...(position !== undefined && { positionMs: minutesAgo(position) }),
    ...(status && { isAlert: isAlert(status[0]), statusMs: minutesAgo(status[1]) }),
    ...(speed && { speed: speed[0], speedMs: minutesAgo(speed[1]) }),
    ...(ignition && { ignition: ignition[0], ignitionMs: minutesAgo(ignition[1]) }),
  }
}

describe('state of a vehicle', () => {
  const states: [state: string, of: Values, isOffline?: 'offline'][] = [
    ['unknown', {}],
    ['unknown', { position: 1 }],
    ['moving', { speed: [3.1, 1] }],
    ['moving', { speed: [90, 1], ignition: [false, 1] }],
    ['idling', { speed: [3, 1], ignition: [true, 1] }],
    ['idling', { ignition: [true, 1] }],
    ['stopped', { speed: [0, 1] }],
    ['stopped', { ignition: [false, 1] }],
    ['stopped', { speed: [2, 1], ignition: [false, 1], status: ['driving', 1] }],
    ['offline', { speed: [90, 1] }, 'offline'],
    ['offline', {}, 'offline'],
    ['alert', { status: ['SOS', 1] }],
    ['alert', { status: ['crash', 1], speed: [0, 1] }, 'offline'],
    ['unknown', { status: ['alerted', 1] }],
    // Only fresh values count, as long as there are any.
    ['unknown', { position: 1, speed: [80, 20] }],
    ['stopped', { speed: [80, 20], ignition: [false, 1] }],
    ['moving', { status: ['sos', 20], speed: [50, 1] }],
    ['unknown', { status: ['ok', 1], speed: [50, 20], ignition: [true, 20] }],
    ['alert', { position: 3000, status: ['sos', 1] }],
    // All values are old.
    ['stale', { position: 2880, speed: [80, 2880] }],
    ['stale', { status: ['sos', 12] }],
    ['offline', { status: ['sos', 12] }, 'offline'],
    ['offline', { speed: [80, 12] }, 'offline'],
  ]
  for (const [state, of, isOffline] of states) {
    it(`a vehicle is ${state} with ${JSON.stringify(of)}${isOffline ? ' while it is offline' : ''}`, () => {
      expect(liveStateOf(lastStateOf(newest(of), SINCE_MS), isOffline === undefined)).to.equal(state)
    })
  }

  const lasts: [state: string, minutes: number, isStale: boolean, of: Values][] = [
    ['alert', 12, true, { status: ['sos', 12], speed: [0, 11], position: 11 }],
    ['moving', 2880, true, { position: 2880, speed: [80, 2880] }],
    ['moving', 1, false, { status: ['sos', 20], speed: [80, 1] }],
    ['idling', 2, false, { speed: [0, 1], ignition: [true, 2] }],
    ['stopped', 1, false, { speed: [0, 1], ignition: [false, 2] }],
    ['stopped', 2, false, { speed: [80, 30], ignition: [false, 2] }],
    ['unknown', 5, false, { position: 5, speed: [80, 30] }],
  ]
  for (const [state, minutes, isStale, of] of lasts) {
    it(`a vehicle was last ${state} ${minutes} min ago with ${JSON.stringify(of)}`, () => {
      expect(lastStateOf(newest(of), SINCE_MS)).to.deep.equal({ state, timeMs: minutesAgo(minutes), isStale })
    })
  }

  it('a vehicle is stale once its newest value has reached the limit', () => {
    const of = newest({ speed: [80, 10] })
    expect(lastStateOf(of, SINCE_MS).isStale).to.equal(true)
    expect(lastStateOf(of, SINCE_MS - 1).isStale).to.equal(false)
  })

  it('a vehicle without values is not stale', () => {
    expect(lastStateOf(NOTHING, SINCE_MS)).to.deep.equal({ state: 'unknown', timeMs: 0, isStale: false })
  })
})
