import { expect } from 'chai'
import { formatBytes, formatSeconds, sectionsOf, toTable, withSections } from './sections.ts'

describe('marked sections', () => {
  const text = '# A\n\n<!-- generated: x -->\nold\n<!-- /generated -->\n\nkept\n'

  it('sections are found by name, replaced and formatted', async () => {
    expect(sectionsOf(text)).to.deep.equal(['x'])
    const expected = '# A\n\n<!-- generated: x -->\n\n- new\n\n<!-- /generated -->\n\nkept\n'
    expect(await withSections('docs/a.md', text, { x: '* new' })).to.equal(expected)
    expect(await withSections('docs/a.md', expected, { x: '* new' })).to.equal(expected)
  })

  it('a section that nothing generates is an error', async () => {
    const error = await withSections('docs/a.md', text, {}).catch((it: unknown) => it)
    expect(error).to.be.an('error').with.property('message', 'docs/a.md: nothing generates the section "x"')
  })

  it('cells of a table may contain vertical bars and line breaks', () => {
    expect(toTable(['a', 'b'], [['x|y', 'one\n two']])).to.equal(
      '| a | b |\n| --- | --- |\n| x\\|y | one two |',
    )
  })

  it('numbers have readable units', () => {
    expect([1024 ** 3, 1536, 80 * 1024, 2048, 100, 1].map(formatBytes)).to.deep.equal([
      '1 GiB',
      '1.5 KiB',
      '80 KiB',
      '2 KiB',
      '100 bytes',
      '1 byte',
    ])
    expect([0.25, 1, 60, 900, 3600, 86_400, 604_800].map(formatSeconds)).to.deep.equal([
      '250 ms',
      '1 s',
      '60 s',
      '15 min',
      '1 h',
      '24 h',
      '7 days',
    ])
  })
})
