import { expect } from 'chai'
import type { Problem } from '../../../../client/client.ts'
import { faultsOf, readDraft } from '../../../../dashboard/vehicle/commands/command-draft.ts'

const good = { name: 'lock', params: '{"doors":"all"}', lifetime: '60' }

describe('the draft of a command', () => {
  it('a valid draft becomes a command with its parameters', () => {
    const command = { name: 'lock', params: { doors: 'all' }, expires_in_s: 60 }
    expect(readDraft(good)).to.deep.equal({ command })
  })

  it('a command needs no parameters', () => {
    expect(readDraft({ ...good, params: ' ' }))
      .to.have.nested.property('command.params')
      .that.deep.equals({})
  })

  it('each invalid field of a draft has an error', () => {
    const read = readDraft({ name: 'two words', params: '{', lifetime: '0' })
    expect(read).to.have.property('faults').that.has.all.keys('name', 'params', 'lifetime')
    for (const params of ['[]', '7', 'null', '"x"'])
      expect(readDraft({ ...good, params }), params)
        .to.have.property('faults')
        .that.has.all.keys('params')
    for (const lifetime of ['', '1.5', '2592001', 'x'])
      expect(readDraft({ ...good, lifetime }), lifetime)
        .to.have.property('faults')
        .that.has.all.keys('lifetime')
  })
})

describe('errors of the API for a command', () => {
  const problem = (errors: Problem['errors']) => ({ errors }) as Problem

  it('an API error is shown at the field of its pointer', () => {
    const faults = faultsOf(
      problem([
        { pointer: '/name', detail: 'is too long' },
        { pointer: '/params/doors/0', detail: 'is odd' },
        { pointer: '/expires_in_s', detail: 'must be <= 5' },
        { pointer: '/other', detail: 'is elsewhere' },
      ]),
    )
    expect(faults).to.deep.equal({
      name: 'is too long',
      params: 'doors/0: is odd',
      lifetime: 'must be <= 5',
    })
  })

  it('an API error may belong to no field', () => {
    expect(faultsOf(problem(undefined))).to.deep.equal({})
    expect(faultsOf(undefined)).to.deep.equal({})
  })
})
