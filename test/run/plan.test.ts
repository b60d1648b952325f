import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { LONG, planRun } from './plan.ts'

const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((it) => it.endsWith('.test.ts'))
  .map((it) => `test/${it}`)

describe('the plan of a test run', () => {
  it('a plan has each test file once, except those of chaos and model, which have separate commands', () => {
    const expected = all.filter((it) => !/^test\/(chaos\/[^/]+|model\/[^/]+)$/.test(it))
    expect(planRun({ paths: [], isPure: false }).toSorted()).to.deep.equal(expected.toSorted())
  })

  it('a plan begins with the longest files', () => {
    expect(planRun({ paths: [], isPure: false }).slice(0, LONG.length)).to.deep.equal(LONG)
  })

  it('a plan of the pure tests has no file that opens a database, a broker or a page', () => {
    const files = planRun({ paths: [], isPure: true })
    expect(files).to.include.members(['test/contract/telemetry.test.ts', 'test/broker/ingest/decode.test.ts'])
    expect(files).to.not.include('test/broker/acks.test.ts')
    expect(files.filter((it) => /^test\/(e2e|dashboard\/browser)\//.test(it))).to.deep.equal([])
  })

  it('a plan may be limited to folders and named files', () => {
    const paths = ['test/contract', 'test/chaos/soak.test.ts']
    const files = planRun({ paths, isPure: false })
    expect(files).to.include.members(['test/contract/time.test.ts', 'test/chaos/soak.test.ts'])
    expect(files.every((it) => it.startsWith('test/contract/') || paths.includes(it))).to.equal(true)
  })
})
