import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createApp } from '../../api/app.ts'
import { GATE_LIMITS } from '../../broker/gate/limits.ts'
import { READINGS_MAX } from '../../contract/telemetry.ts'
import { createJwt } from '../../kit/jwt.ts'
import { createLog } from '../../kit/log.ts'
import { connect } from '../../sql/connect.ts'
import { withComposeSettings } from './compose.ts'
import { declareBrokerMetrics, metricNamesInSources } from './declared-metrics.ts'
import { describeEndpoints, type Document } from './endpoints.ts'
import { describeFields } from './fields.ts'
import { describeLimits, findLimits } from './limits.ts'
import { describeLoginRefusals } from './login-refusals.ts'
import { describeMetrics, recordMetrics, type RecordedMetric } from './metrics.ts'
import { describeReadingProblems, describeRequestProblems } from './problems.ts'
import { describeRooms } from './rooms.ts'
import { describeRuleKinds } from './rule-kinds.ts'
import { readDocument, ROOT, sectionsOf, withSections } from './sections.ts'
import { describeSettings } from './settings.ts'

/** Documents with marked sections. */
const FILES = [
  'ARCHITECTURE.md',
  'docs/configuration.md',
  'docs/device-auth.md',
  'docs/devices.md',
  'docs/http-api.md',
  'docs/intelligence.md',
  'docs/limits.md',
  'docs/operations.md',
]

/** The OpenAPI document and the metrics of an API whose database is never queried. */
async function readApi(): Promise<{ document: Document; recorded: RecordedMetric[] }> {
  const { metrics, recorded } = recordMetrics()
  const sql = connect({ url: 'postgresql://nobody@127.0.0.1:1/none', max: 1, applicationName: 'docs' })
  const app = createApp({
    sql,
    metrics,
    jwt: createJwt('a secret of the documents, long enough'),
    log: createLog('docs', 'silent'),
    brokerUrl: 'http://127.0.0.1:1',
    deviceTokenDays: 365,
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const reply = await fetch(`http://127.0.0.1:${port}/api/openapi.json`, {
      headers: { connection: 'close' },
    })
    return { document: (await reply.json()) as Document, recorded }
  } finally {
    server.close()
    await sql.end({ timeout: 1 })
  }
}

describe('generated sections of the documents', () => {
  let contents: Record<string, string>
  let metrics: RecordedMetric[]
  before(async () => {
    const api = await readApi()
    metrics = [...(await declareBrokerMetrics()), ...api.recorded]
    contents = {
      endpoints: describeEndpoints(api.document),
      fields: describeFields(),
      limits: describeLimits(),
      'login-refusals': describeLoginRefusals(),
      metrics: describeMetrics(metrics),
      'reading-problems': describeReadingProblems(),
      'request-problems': describeRequestProblems(),
      rooms: describeRooms(),
      'rule-kinds': describeRuleKinds(),
      settings: describeSettings(),
    }
  })

  for (const file of FILES) {
    it(`the sections of ${file} are up to date (npm run docs writes them)`, async () => {
      const text = readDocument(file)
      const expected = await withSections(file, text, contents)
      if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(`${ROOT}${file}`, expected)
      expect(readDocument(file)).to.equal(expected)
    })
  }

  it('docker-compose.yml passes every setting on (npm run docs writes them)', () => {
    const expected = withComposeSettings(readDocument('docker-compose.yml'))
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(`${ROOT}docker-compose.yml`, expected)
    expect(readDocument('docker-compose.yml')).to.equal(expected)
  })

  it('each section is in exactly one document', () => {
    const sections = FILES.flatMap((file) => sectionsOf(readDocument(file)))
    expect(sections.toSorted()).to.deep.equal(Object.keys(contents).toSorted())
  })

  it('limits have the values of the code', () => {
    const limits = findLimits()
    const ofMessage = limits.find(({ file, name }) => file.startsWith('contract/') && name === 'READINGS_MAX')
    expect(ofMessage?.value).to.equal(READINGS_MAX)
    const values = Object.fromEntries(limits.map(({ name, value }) => [name, value]))
    expect(values).to.include(GATE_LIMITS)
  })

  it('every metric that the sources declare is documented', () => {
    const names = metricNamesInSources()
    expect(names).to.have.length.greaterThan(30)
    expect(metrics.map(({ name }) => name)).to.include.members(names)
  })
})
