import { expect } from 'chai'
import { findGap } from '../../../simulator/verify/gap.ts'
import type { TimedFinding } from '../../../simulator/verify/readings.ts'

const slice = { fromUs: 10, toUs: 100, messages: new Set<never>() }
const at = (us: number, kind: TimedFinding['kind'] = 'missing') => ({ us, kind, vehicle: 'v', detail: '' })

describe('the gap of a slice', () => {
  it('the gap reaches from the first missing instant to the last one', () => {
    expect(findGap(slice, [at(50), at(20), at(30)])).to.deep.equal({ ...slice, fromUs: 20, toUs: 51 })
  })

  it('a slice without missing instants has no gap, whatever else is found', () => {
    expect(findGap(slice, [])).to.equal(undefined)
    expect(findGap(slice, [at(20, 'stored_twice'), at(30, 'different')])).to.equal(undefined)
  })
})
