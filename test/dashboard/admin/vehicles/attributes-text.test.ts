import { expect } from 'chai'
import { formatAttributes, parseAttributes } from '../../../../dashboard/admin/vehicles/attributes-text.ts'

describe('attributes as text', () => {
  it('attributes are the same after editing, also texts that look like numbers', () => {
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

  it('attributes may have empty lines and values that are not JSON', () => {
    const parsed = parseAttributes('\n a : b:c \nlist: [1]\nnothing: null\n\n')
    expect(parsed).to.deep.equal({ attributes: { a: 'b:c', list: '[1]', nothing: 'null' } })
  })

  it('an invalid line of attributes is reported with its number', () => {
    expect(parseAttributes('a: 1\nb')).to.deep.equal({ fault: 'line 2 is not "name: value"' })
    expect(parseAttributes(': 1')).to.deep.equal({ fault: 'line 1 is not "name: value"' })
  })
})
