import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

const examples = new URL('../../examples/', import.meta.url)
const LINES_MAX = 119

describe('examples', () => {
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((it) => /\.\w+$/.test(it))
  const programs = files.filter((it) => !it.endsWith('.md'))
  const textOf = (file: string) => readFileSync(new URL(file, examples), 'utf8')

  it('all examples are short enough to be read', () => {
    const long = programs.filter((it) => textOf(it).trimEnd().split('\n').length > LINES_MAX)
    expect(long).to.deep.equal([])
  })

  it('all examples and their settings are in the README', () => {
    const readme = textOf('README.md')
    expect(programs).to.have.length.greaterThan(3)
    for (const program of programs) expect(readme).to.include(program)
    const settings = programs.flatMap((it) =>
      [...textOf(it).matchAll(/environ(?:\.get\(|\[)"(\w+)"|\$\{([A-Z_]+):|#ifndef (\w+)/g)].flatMap(
        (match) => match.slice(1).filter((name) => name !== undefined),
      ),
    )
    for (const name of settings) expect(readme).to.include(`\`${name}\``)
  })
})
