import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { ROOT } from './sections.ts'

interface Citation {
  /** under test/, without `.test.ts` */
  path: string
  /** parts of test names */
  quotes: string[]
}

const DOCUMENTS = ['docs/security.md', 'docs/asvs.md']

/** The last cell of each row cites tests: `path` "part of a name", "part of another"; `path` */
function citationsOf(document: string): Citation[] {
  const rows = readFileSync(`${ROOT}${document}`, 'utf8')
    .split('\n')
    .filter((it) => it.startsWith('|'))
  const cells = rows.map((it) => it.split(' | ').at(-1) ?? '')
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`(\w[\w-]*(?:\/[\w-]+)+)`((?:,? ?"[^"]+")*)/g)].map(([, path = '', quoted = '']) => ({
      path,
      quotes: [...quoted.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => quote),
    })),
  )
}

/** A file, or the tests in a folder. */
function filesOf(path: string): string[] {
  const folder = `${ROOT}test/${path}`
  const file = [`${folder}.test.ts`, `${folder}.ts`].find((it) => existsSync(it))
  if (file !== undefined) return [file]
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  return names.filter((it) => it.endsWith('.test.ts')).map((it) => `${folder}/${it}`)
}

function faultOf({ path, quotes }: Citation): string | undefined {
  const files = filesOf(path)
  if (files.length === 0) return `test/${path} does not exist`
  const source = files.map((it) => readFileSync(it, 'utf8').replaceAll("\\'", "'")).join('\n')
  const missing = quotes.find((it) => !source.includes(it.replaceAll('’', "'")))
  return missing === undefined ? undefined : `test/${path} does not contain "${missing}"`
}

describe('tests that documents cite', () => {
  for (const document of DOCUMENTS)
    it(`the tests that ${document} cites exist under their names`, () => {
      const citations = citationsOf(document)
      expect(citations).to.have.length.greaterThan(20)
      expect(citations.flatMap((it) => faultOf(it) ?? [])).to.deep.equal([])
    })
})
