import { expect } from 'chai'
import { pino } from 'pino'
import { createRequestLog, type RequestLine } from '../../../api/http/request-log.ts'
import { eventually } from '../../support/eventually.ts'
import { openFixture } from '../fixture.ts'

function collect(level: string) {
  const lines: Record<string, unknown>[] = []
  const log = pino({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return { log, lines }
}

const LINE: RequestLine = {
  request_id: 'r1',
  route: '/api/vehicles',
  method: 'GET',
  status: 200,
  seconds: 0.01,
  address: '127.0.0.1',
}

describe('request log', () => {
  it('a change is logged at info with its caller', async () => {
    const { log, lines } = collect('info')
    const fixture = await openFixture({ log })
    try {
      await fixture.call('GET', '/api/vehicles/v1')
      const { headers } = await fixture.call('POST', '/api/vehicles', { body: { key: 'v1' } })
      await eventually('the line of the request in the log', () => lines[0])
      expect(lines).to.have.length(1)
      expect(lines[0]).to.include({
        event: 'request',
        request_id: headers.get('x-request-id'),
        route: '/api/vehicles',
        method: 'POST',
        status: 201,
        caller: '1',
        address: '127.0.0.1',
      })
    } finally {
      await fixture.close()
    }
  })

  it('slow and failed requests are logged at info, all at debug', () => {
    const requests = [
      LINE,
      { ...LINE, seconds: 1.5 },
      { ...LINE, status: 500 },
      { ...LINE, method: 'PUT', status: 400 },
    ]
    for (const [level, count] of [
      ['info', 2],
      ['debug', 4],
    ] as const) {
      const { log, lines } = collect(level)
      const logRequest = createRequestLog(log)
      for (const request of requests) logRequest(request)
      expect(lines, level).to.have.length(count)
    }
  })

  it('at most 50 lines a second are logged, followed by the number of omitted lines', () => {
    let nowMs = 1_000_000
    const { log, lines } = collect('info')
    const logRequest = createRequestLog(log, () => nowMs)
    for (let n = 0; n < 70; n++) logRequest({ ...LINE, status: 503 })
    expect(lines).to.have.length(50)
    nowMs += 1000
    logRequest({ ...LINE, status: 503 })
    expect(lines.at(-1)).to.include({ held_back: 20 })
  })
})
