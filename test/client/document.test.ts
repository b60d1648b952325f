import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeToken, openFixture, type Fixture } from '../api/fixture.ts'
import { readDocument, ROOT } from '../docs/sections.ts'
import { runCommand } from '../support/processes.ts'

const TEXT = readDocument('docs/client.md')
const BLOCKS = [...TEXT.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, it = '']) => it)
const TSC = `${ROOT}node_modules/typescript/bin/tsc`
const TYPES = `${ROOT}node_modules/@types`

/** The code of the document in one module of another project, which has the client among its packages. */
describe('the code of docs/client.md', function () {
  this.timeout(60_000)
  let fixture: Fixture
  let folder: string
  const path = (...names: string[]) => join(folder, ...names)
  before(async () => {
    fixture = await openFixture()
    for (const key of ['truck-7', 'van-1'])
      await fixture.call('POST', '/api/vehicles', { body: { key, name: `The ${key}` } })
    folder = mkdtempSync(join(tmpdir(), 'fleetwire-client-'))
    // Outside node_modules, where TypeScript and Node.js do not compile.
    mkdirSync(path('package'))
    mkdirSync(path('node_modules'))
    symlinkSync('../package', path('node_modules', 'fleetwire'))
    const exports = { './client': './client.ts' }
    writeFileSync(
      path('package', 'package.json'),
      JSON.stringify({ name: 'fleetwire', type: 'module', exports }),
    )
    writeFileSync(path('package', 'client.ts'), `export * from '${ROOT}client/client.ts'\n`)
    writeFileSync(path('package.json'), '{ "type": "module" }')
    const text = BLOCKS.join('\n')
      .replace('http://127.0.0.1:3000', fixture.url)
      .replace('limit: 1000', 'limit: 1')
    writeFileSync(path('main.ts'), text)
  })
  after(async () => {
    await fixture?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  const run = (...options: string[]) => runCommand(process.execPath, options, { TOKEN: makeToken() })

  it('the code is typed with the options of the document', async () => {
    const [, options = ''] = /^npx tsc --init (.*)$/m.exec(TEXT) ?? []
    const more = [
      '--ignoreConfig',
      '--noEmit',
      '--allowImportingTsExtensions',
      '--strict',
      '--exactOptionalPropertyTypes',
    ]
    const { ended, output } = run(TSC, ...options.split(' '), ...more, '--typeRoots', TYPES, path('main.ts'))
    expect(await ended, output()).to.equal(0)
  })

  it('the code prints a name, and the keys of all pages', async () => {
    const { ended, output } = run('--import', 'tsx', path('main.ts'))
    expect(await ended, output()).to.equal(0)
    expect(output()).to.equal('The truck-7\ntruck-7 The truck-7\nvan-1 The van-1\n')
  })
})
