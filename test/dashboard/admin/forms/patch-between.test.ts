import { expect } from 'chai'
import { patchBetween } from '../../../../dashboard/admin/forms/patch-between.ts'

describe('a merge patch between two states', () => {
  it('a merge patch has the values that differ, and null for removed ones', () => {
    const before = { name: 'a', group: 'g', tags: ['x'], attributes: { seats: 50, colour: 'red' }, vin: '' }
    const after = { name: 'b', group: null, tags: ['x', 'y'], attributes: { seats: 51 }, vin: '' }
    expect(patchBetween<object>(before, after)).to.deep.equal({
      name: 'b',
      group: null,
      tags: ['x', 'y'],
      attributes: { seats: 51, colour: null },
    })
  })

  it('there is no merge patch when nothing differs', () => {
    const same = () => ({ name: 'a', tags: ['x'], attributes: { seats: 50 } })
    expect(patchBetween(same(), same())).to.equal(undefined)
    const mixed = patchBetween<object>({ attributes: { a: 1, b: 2 } }, { attributes: { b: 2, a: 1 } })
    expect(mixed).to.equal(undefined)
  })
})
