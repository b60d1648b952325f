import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { ALONE, LONG, planRun } from './plan.ts'

const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((it) => it.endsWith('.test.ts'))
  .map((it) => `test/${it}`)
const inAll = (plan: ReturnType<typeof planRun>) => [...plan.beside, ...plan.alone]

describe('the plan of a test run', () => {
  it('a plan has each test file once, except those of chaos and model, which have separate commands', () => {
    const expected = all.filter((it) => !/^test\/(chaos\/[^/]+|model\/[^/]+)$/.test(it))
    expect(inAll(planRun({ paths: [], isPure: false })).toSorted()).to.deep.equal(expected.toSorted())
  })

  it('a plan begins with the longest files, and ends with those that run alone', () => {
    const { beside, alone } = planRun({ paths: [], isPure: false })
    expect(beside.slice(0, LONG.length)).to.deep.equal(LONG)
    expect(alone).to.have.members([...ALONE])
  })

  it('a plan of the pure tests has no file that opens a database, a broker or a page', () => {
    const { beside, alone } = planRun({ paths: [], isPure: true })
    expect(alone).to.deep.equal([])
    expect(beside).to.include.members([
      'test/contract/telemetry.test.ts',
      'test/broker/ingest/decode.test.ts',
    ])
    expect(beside).to.not.include('test/broker/acks.test.ts')
    expect(beside.filter((it) => /^test\/(e2e|dashboard\/browser)\//.test(it))).to.deep.equal([])
  })

  it('a plan has the files of a folder, and a named file', () => {
    const paths = ['test/contract', 'test/chaos/soak.test.ts']
    const { beside } = planRun({ paths, isPure: false })
    expect(beside).to.include.members(['test/contract/time.test.ts', 'test/chaos/soak.test.ts'])
    expect(beside.every((it) => it.startsWith('test/contract/') || paths.includes(it))).to.equal(true)
  })
})
