import { expect } from 'chai'
import { liveStateOf } from '../../contract/live-state.ts'

const still = { status: undefined, speed: undefined, ignition: undefined, isOnline: true }

describe('the state of a vehicle', () => {
  const states: [state: string, of: Partial<Parameters<typeof liveStateOf>[0]>][] = [
    ['unknown', {}],
    ['moving', { speed: 3.1 }],
    ['moving', { speed: 90, ignition: false }],
    ['idling', { speed: 3, ignition: true }],
    ['idling', { ignition: true }],
    ['stopped', { speed: 0 }],
    ['stopped', { ignition: false }],
    ['stopped', { speed: 2, ignition: false, status: 'driving' }],
    ['offline', { speed: 90, isOnline: false }],
    ['offline', { isOnline: false }],
    ['alert', { status: 'SOS' }],
    ['alert', { status: 'crash', speed: 0, isOnline: false }],
    ['unknown', { status: 'alerted' }],
  ]
  for (const [state, of] of states) {
    it(`is ${state} with ${JSON.stringify(of)}`, () => {
      expect(liveStateOf({ ...still, ...of })).to.equal(state)
    })
  }
})
