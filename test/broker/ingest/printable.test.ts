import { expect } from 'chai'
import { printable } from '../../../broker/ingest/printable.ts'

describe('printable text', () => {
  it('valid text is unchanged', () => {
    for (const text of ['', 'speed', 'Größe "x" \\ /', '\u{1f69a}\u{1f69a}', '日本', '\u00a0']) {
      expect(printable(text)).to.equal(text)
    }
  })

  it('control characters are escaped', () => {
    expect(printable('a\0b\nc\u001b[31m\u007f\u0085')).to.equal('a\\u0000b\\u000ac\\u001b[31m\\u007f\\u0085')
    expect(printable('\u2028\u2029')).to.equal('\\u2028\\u2029')
    for (let code = 0; code < 0x20; code++) expect(printable(String.fromCharCode(code))).to.have.length(6)
  })

  it('halves of surrogate pairs are escaped, whole pairs are kept', () => {
    expect(printable('\ud83d')).to.equal('\\ud83d')
    expect(printable('\ude9a!')).to.equal('\\ude9a!')
    expect(printable('\ude9a\ud83d')).to.equal('\\ude9a\\ud83d')
    expect(printable('\ud83d\ud83d\ude9a\ude9a')).to.equal('\\ud83d\u{1f69a}\\ude9a')
  })

  it('text is cut at 200 characters', () => {
    expect(printable('x'.repeat(200))).to.equal('x'.repeat(200))
    expect(printable('x'.repeat(201))).to.equal(`${'x'.repeat(200)}...`)
    expect(printable('x'.repeat(1_000_000))).to.have.length(203)
  })

  it('text remains well-formed when the cut splits a surrogate pair', () => {
    expect(printable(`${'x'.repeat(199)}\u{1f69a}more`)).to.equal(`${'x'.repeat(199)}\\ud83d...`)
  })

  it('the result is always valid UTF-8 without U+0000, as jsonb requires', () => {
    for (let code = 0; code < 0x1_0000; code++) {
      const text = printable(`a${String.fromCharCode(code)}b`)
      expect(Buffer.from(text).toString() === text && !text.includes('\0'), code.toString(16)).to.equal(true)
    }
  })
})
