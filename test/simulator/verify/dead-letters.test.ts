import { expect } from 'chai'
import { createDeadLetterComparison, type DeadLetter } from '../../../simulator/verify/dead-letters.ts'

const span = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 0, 2) }
const letter: DeadLetter = {
  received_at: '2026-01-01T12:00:00.000Z',
  code: 'not_json',
  reading_index: null,
  payload: 'eyI=',
}
const expected = { index: null, code: 'not_json', payload: 'eyI=' }

function kinds(acked: boolean, sends: number, letters: DeadLetter[]): string[] {
  const comparison = createDeadLetterComparison()
  comparison.expect(expected, acked, sends)
  return comparison.compare('v', letters, span).findings.map((it) => it.kind)
}

describe('comparison of dead letters', () => {
  it('a refused message with its dead letter is correct', () => {
    expect(kinds(true, 1, [letter])).to.deep.equal([])
  })

  it('a dead letter that is missing or has other bytes, index or code is found', () => {
    expect(kinds(true, 1, [])).to.deep.equal(['dead_letter_missing'])
    for (const change of [{ payload: 'eyIg' }, { reading_index: 0 }, { code: 'not_utf8' }]) {
      const found = kinds(true, 1, [{ ...letter, ...change }])
      expect(found).to.deep.equal(['dead_letter_unexpected', 'dead_letter_missing'])
    }
  })

  it('an unacknowledged message needs no dead letter', () => {
    expect(kinds(false, 1, [])).to.deep.equal([])
    expect(kinds(false, 1, [letter])).to.deep.equal([])
  })

  it('a message may have as many dead letters as it was sent times', () => {
    expect(kinds(true, 2, [letter, letter])).to.deep.equal([])
    expect(kinds(true, 2, [letter, letter, letter])).to.deep.equal(['dead_letter_surplus'])
  })

  it('acknowledged messages with the same bytes need a dead letter each', () => {
    const comparison = createDeadLetterComparison()
    for (let at = 0; at < 2; at++) comparison.expect(expected, true, 1)
    expect(comparison.compare('v', [letter], span).findings.map((it) => it.kind)).to.deep.equal([
      'dead_letter_missing',
    ])
  })

  it('a dead letter dated just before the run counts as present, but never as surplus', () => {
    const early = { ...letter, received_at: '2025-12-31T23:59:59.999Z' }
    expect(kinds(true, 1, [early])).to.deep.equal([])
    expect(kinds(true, 1, [letter, early])).to.deep.equal([])
  })

  it('dead letters of other runs are ignored', () => {
    const before = { ...letter, payload: 'AAAA', received_at: '2025-12-31T23:59:59.999Z' }
    expect(createDeadLetterComparison().compare('v', [before], span)).to.deep.equal({
      findings: [],
      counted: 0,
    })
  })
})
