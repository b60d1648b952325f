import { expect } from 'chai'
import type { Problem } from '../../../../client/client.ts'
import { readProblem } from '../../../../dashboard/admin/forms/problem-fields.ts'

function problem(...errors: { pointer: string; detail: string }[]): Problem {
  const [type, title] = ['about:blank', 'The request is not valid']
  return { type, title, status: 400, detail: 'the whole', code: 'invalid_request', request_id: 'r', errors }
}

describe('a problem in a form', () => {
  it('an error is shown at its field, with the rest of its pointer', () => {
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

  it('an error of no field is shown below the fields', () => {
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
