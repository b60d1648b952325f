import { expect } from 'chai'
import { depthOf, rawElements } from '../../contract/raw-text.ts'
import { superlinear } from '../support/growth.ts'
import { seeded, whole } from '../support/seeded.ts'

const TEXTS = [
  '',
  'plain',
  '[',
  ']',
  '{"a":[1,2]}',
  ',',
  '"',
  '\\',
  '\\"',
  '\\\\',
  '\\\\"',
  '\u{1f69a}',
  'ü,]',
  '\n\t\u0001',
]
const SPACES = ['', '', '', ' ', '\n', '\t ', ' \r\n']

/** A JSON text with whitespace wherever it may be, and its depth. */
function randomJson(random: () => number, depthMax: number): { text: string; depth: number } {
  const space = () => SPACES[whole(random, 0, SPACES.length - 1)] ?? ''
  const string = () => {
    const text = Array.from(
      { length: whole(random, 0, 3) },
      () => TEXTS[whole(random, 0, TEXTS.length - 1)],
    ).join('')
    const json = JSON.stringify(text)
    // The same text with escapes: a bracket may be written as \u005b.
    return random() < 0.2 ? json.replace(/[[{]/g, (it) => `\\u00${it.charCodeAt(0).toString(16)}`) : json
  }
  const kind = depthMax === 0 ? whole(random, 0, 3) : whole(random, 0, 5)
  if (kind < 2) return { text: string(), depth: 0 }
  if (kind === 2) return { text: ['0', '-1.5e3', '12345'][whole(random, 0, 2)] ?? '', depth: 0 }
  if (kind === 3) return { text: ['true', 'false', 'null'][whole(random, 0, 2)] ?? '', depth: 0 }
  const inner = Array.from({ length: whole(random, 0, 3) }, () => randomJson(random, depthMax - 1))
  const depth = 1 + Math.max(0, ...inner.map((it) => it.depth))
  const parts = inner.map(({ text }) =>
    kind === 4 ? space() + text + space() : `${space()}${string()}${space()}:${space()}${text}${space()}`,
  )
  const body = parts.length === 0 ? space() : parts.join(',')
  return { text: kind === 4 ? `[${body}]` : `{${body}}`, depth }
}

describe('raw elements of an array', () => {
  const examples: [text: string, elements: string[]][] = [
    ['[1]', ['1']],
    [' [ 1 , 2 ] ', ['1', '2']],
    ['[{"a":1},{"b":[2,3]}]', ['{"a":1}', '{"b":[2,3]}']],
    ['[[],[[]],{}]', ['[]', '[[]]', '{}']],
    ['["],[",1]', ['"],["', '1']],
    ['["\\"],",2]', ['"\\"],"', '2']],
    ['["\\\\",2]', ['"\\\\"', '2']],
    ['["\\\\\\"",2]', ['"\\\\\\""', '2']],
    ['[{"a\\"}":"{"},null]', ['{"a\\"}":"{"}', 'null']],
    ['[\n{"speed" : 1.0} ,\r\n{"speed":1e0}\n]', ['{"speed" : 1.0}', '{"speed":1e0}']],
    ['["\u{1f69a}","ü"]', ['"\u{1f69a}"', '"ü"']],
  ]
  for (const [text, elements] of examples) {
    it(`the elements of ${JSON.stringify(text)} are found as they were written`, () => {
      expect(rawElements(text)).to.deep.equal(elements)
    })
  }

  it('raw elements of random arrays are found as they were written', () => {
    const random = seeded(5)
    let seen = 0
    for (let n = 0; n < 3000; n++) {
      const written = Array.from({ length: whole(random, 1, 5) }, () => randomJson(random, 3).text)
      const text = ` [ ${written.join(' ,\n')}] `
      expect(JSON.parse(text)).to.have.length(written.length)
      expect(rawElements(text), text).to.deep.equal(written)
      seen += written.length
    }
    expect(seen).to.be.above(3000)
  })

  it('the elements of a large message are found in linear time', () => {
    const element = `{"status":"${'\\\\'.repeat(100)}${'\\"'.repeat(100)}"}`
    expect(rawElements(`[${Array.from({ length: 600 }, () => element).join()}]`)).to.have.length(600)
    const shape = { before: '[', pump: `${element},`, after: '1]' }
    expect(superlinear((text) => rawElements(text), shape, 262_144)).to.equal(undefined)
  })
})

describe('depth of a JSON text', () => {
  it('the depth of a text is that of its nested arrays and objects', () => {
    for (const [text, depth] of [
      ['1', 0],
      ['"[[{{"', 0],
      ['{}', 1],
      ['[{}]', 2],
      ['{"extra":{"a":1}}', 2],
      ['[{"a":1},{"extra":{"b":"}]"}}]', 3],
      ['[[],[],[[]]]', 3],
      ['{"\\"[":[1]}', 2],
    ] as const) {
      expect(depthOf(text), text).to.equal(depth)
    }
  })

  it('the depth of random texts is right', () => {
    const random = seeded(6)
    for (let n = 0; n < 3000; n++) {
      const { text, depth } = randomJson(random, 5)
      expect(depthOf(text), text).to.equal(depth)
    }
  })
})
