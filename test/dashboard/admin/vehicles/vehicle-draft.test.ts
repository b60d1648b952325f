import { expect } from 'chai'
import { draftOf, fieldsOf, NEW_VEHICLE } from '../../../../dashboard/admin/vehicles/vehicle-draft.ts'

describe('a vehicle in a form', () => {
  it('a vehicle is the same after editing', () => {
    const fields = {
      name: 'Truck 7',
      plate: 'AB 1',
      vin: 'WVWZZZ1JZ3W386752',
      group: 'north',
      tags: ['a', 'b'],
      attributes: { seats: 50 },
    }
    const vehicle = { key: 'truck-7', created_at: '2026-11-22T00:00:00.000Z', ...fields }
    expect(fieldsOf(draftOf(vehicle))).to.deep.equal({ fields })
    const bare = { ...vehicle, group: null, tags: [], attributes: {} }
    expect(fieldsOf(draftOf(bare))).to.deep.equal({
      fields: { ...fields, group: null, tags: [], attributes: {} },
    })
  })

  it("a vehicle's form trims values, removes repeated tags and capitalizes the VIN", () => {
    const draft = { ...NEW_VEHICLE, name: ' x ', vin: ' abc12 ', group: '  ', tags: ' a,, b ,a' }
    expect(fieldsOf(draft)).to.deep.equal({
      fields: { name: 'x', plate: '', vin: 'ABC12', group: null, tags: ['a', 'b'], attributes: {} },
    })
    expect(fieldsOf({ ...NEW_VEHICLE, attributes: 'x' })).to.have.property('fault')
  })
})
