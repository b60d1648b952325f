import { expect } from 'chai'
import { changesBetween } from '../../../../dashboard/admin/audit/changes-between.ts'

describe('changes in the audit log', () => {
  it('an audit log entry shows the values that differ, by their path', () => {
    const before = { name: 'a', tags: ['x'], attributes: { seats: 50, colour: 'red' }, vin: 'same' }
    const after = { name: 'b', tags: ['x', 'y'], attributes: { seats: 51 }, vin: 'same', plate: 'P' }
    expect(changesBetween(before, after)).to.deep.equal([
      { name: 'name', before: 'a', after: 'b' },
      { name: 'tags', before: 'x', after: 'x, y' },
      { name: 'attributes.seats', before: '50', after: '51' },
      { name: 'attributes.colour', before: 'red', after: undefined },
      { name: 'plate', before: undefined, after: 'P' },
    ])
  })

  it('an audit log entry of a creation or deletion shows all values that are not empty', () => {
    const vehicle = { key: 'v1', name: '', group: null, tags: [], count: 0 }
    const shown = [
      { name: 'key', value: 'v1' },
      { name: 'count', value: '0' },
    ]
    expect(changesBetween(null, vehicle)).to.deep.equal(
      shown.map(({ name, value }) => ({ name, before: undefined, after: value })),
    )
    expect(changesBetween(vehicle, null)).to.deep.equal(
      shown.map(({ name, value }) => ({ name, before: value, after: undefined })),
    )
    expect(changesBetween(null, null)).to.deep.equal([])
  })
})
