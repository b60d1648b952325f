import { expect } from 'chai'
import type { Problem } from '../../../../client/client.ts'
import { formatAttributes, parseAttributes } from '../../../../dashboard/admin/vehicles/attributes-text.ts'
import { patchBetween } from '../../../../dashboard/admin/forms/patch-between.ts'
import { readProblem } from '../../../../dashboard/admin/forms/problem-fields.ts'
import { draftOf, fieldsOf, NEW_VEHICLE } from '../../../../dashboard/admin/vehicles/vehicle-draft.ts'

function problem(...errors: { pointer: string; detail: string }[]): Problem {
  const [type, title] = ['about:blank', 'The request is not valid']
  return { type, title, status: 400, detail: 'the whole', code: 'invalid_request', request_id: 'r', errors }
}

describe('a problem in a form', () => {
  it('is shown at its field, with the place inside of it', () => {
    const refused = problem(
      { pointer: '/key', detail: 'is taken' },
      { pointer: '/attributes/a~1b', detail: 'must be <= 256' },
      { pointer: '/tags/0', detail: 'is too long' },
      { pointer: '/tags/1', detail: 'is too long' },
    )
    expect(readProblem(refused, ['key', 'name', 'attributes', 'tags'])).to.deep.equal({
      fields: {
        key: 'is taken',
        attributes: 'a/b: must be <= 256',
        tags: '0: is too long; 1: is too long',
      },
      rest: undefined,
    })
  })

  it('is shown below the fields when it is of none of them', () => {
    expect(readProblem(problem({ pointer: '/group', detail: 'is bad' }), ['key'])).to.deep.equal({
      fields: {},
      rest: 'the whole',
    })
    const both = problem({ pointer: '/key', detail: 'is bad' }, { pointer: '', detail: 'is worse' })
    expect(readProblem(both, ['key'])).to.deep.equal({ fields: { key: 'is bad' }, rest: 'is worse' })
    expect(readProblem(problem(), ['key']).rest).to.equal('the whole')
    expect(readProblem(undefined, ['key'])).to.deep.equal({ fields: {}, rest: undefined })
  })
})

describe('a merge patch between two states', () => {
  it('has what differs, null for what is gone, and nothing else', () => {
    const before = { name: 'a', group: 'g', tags: ['x'], attributes: { seats: 50, colour: 'red' }, vin: '' }
    const after = { name: 'b', group: null, tags: ['x', 'y'], attributes: { seats: 51 }, vin: '' }
    expect(patchBetween<object>(before, after)).to.deep.equal({
      name: 'b',
      group: null,
      tags: ['x', 'y'],
      attributes: { seats: 51, colour: null },
    })
  })

  it('is none when nothing differs', () => {
    const same = () => ({ name: 'a', tags: ['x'], attributes: { seats: 50 } })
    expect(patchBetween(same(), same())).to.equal(undefined)
    const mixed = patchBetween<object>({ attributes: { a: 1, b: 2 } }, { attributes: { b: 2, a: 1 } })
    expect(mixed).to.equal(undefined)
  })
})

describe('attributes as text', () => {
  it('come back as they were, texts that look like something else included', () => {
    const attributes = {
      seats: 50,
      electric: true,
      code: '50',
      flag: 'true',
      note: ' a: b ',
      empty: '',
      quoted: '"x"',
    }
    const text = formatAttributes(attributes)
    expect(parseAttributes(text)).to.deep.equal({ attributes })
    expect(text.split('\n').slice(0, 3)).to.deep.equal(['seats: 50', 'electric: true', 'code: "50"'])
  })

  it('may have empty lines, and values that are no JSON', () => {
    const parsed = parseAttributes('\n a : b:c \nlist: [1]\nnothing: null\n\n')
    expect(parsed).to.deep.equal({ attributes: { a: 'b:c', list: '[1]', nothing: 'null' } })
  })

  it('say which line is none', () => {
    expect(parseAttributes('a: 1\nb')).to.deep.equal({ fault: 'line 2 is not "name: value"' })
    expect(parseAttributes(': 1')).to.deep.equal({ fault: 'line 1 is not "name: value"' })
  })
})

describe('a vehicle in a form', () => {
  it('comes back as it was', () => {
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

  it('is told without blanks around it, doubled tags and small letters of a VIN', () => {
    const draft = { ...NEW_VEHICLE, name: ' x ', vin: ' abc12 ', group: '  ', tags: ' a,, b ,a' }
    expect(fieldsOf(draft)).to.deep.equal({
      fields: { name: 'x', plate: '', vin: 'ABC12', group: null, tags: ['a', 'b'], attributes: {} },
    })
    expect(fieldsOf({ ...NEW_VEHICLE, attributes: 'x' })).to.have.property('fault')
  })
})
