import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ApiClient } from '../../../simulator/api-client.ts'
import { verify } from '../../../simulator/verify/verify.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
const row = (n: number) => ({ time: new Date(startMs + n).toISOString(), device: 'd', speed: n })

describe('verification', () => {
  let directory: string
  let journal: string
  /** The requests for readings, as from..to in milliseconds of the journal. */
  let asked: number[][]
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-verify-'))
    journal = join(directory, 'journal')
    const head = { at: startMs, vehicle: 'v', device: 'd', qos: 1 }
    const letter = { index: null, code: 'not_json', payload: 'eA==' }
    const lines = [
      { run: 1, at: startMs, seed: 1, broker: 'mqtt://b' },
      ...[1, 2, 3, 4].map((n) => ({
        sent: n,
        ...head,
        stored: [{ time: startMs + n, speed: n }],
        rejected: [],
      })),
      { sent: 5, ...head, stored: [], rejected: [letter] },
      { acked: [1, 2, 3, 4, 5], at: startMs + 10 },
    ]
    writeFileSync(journal, lines.map((it) => `${JSON.stringify(it)}\n`).join(''))
  })
  after(() => rmSync(directory, { recursive: true }))
  beforeEach(() => {
    asked = []
  })

  /** An API with the readings that `stored` returns at the nth request, and the dead letter once there are any. */
  function apiWith(stored: (question: number) => number[]): ApiClient {
    const notUsed = () => {
      throw new Error('not used')
    }
    return {
      createVehicles: notUsed,
      createDevices: notUsed,
      moveDevice: notUsed,
      issueTokens: notUsed,
      listVehicles: notUsed,
      listDevices: notUsed,
      async *listDeadLetters() {
        if (stored(asked.length).length === 0) return
        yield { received_at: row(9).time, code: 'not_json', reading_index: null, payload: 'eA==' }
      },
      async *listReadings(_vehicle, span) {
        const [from, to] = [span.from, span.to].map((it) => Date.parse(it) - startMs)
        asked.push([from ?? 0, to ?? 0])
        for (const n of stored(asked.length)) if (n >= (from ?? 0) && n <= (to ?? 0)) yield row(n)
      },
    }
  }
  const check = (api: ApiClient, settleMs: number) => verify({ journal, api, settleMs, onProgress() {} })

  it('complete readings are requested once', async () => {
    const report = await check(
      apiWith(() => [1, 2, 3, 4]),
      60_000,
    )
    expect(report).to.include({
      ok: true,
      readings_expected: 4,
      readings_stored: 4,
      dead_letters: 1,
      settled_ms: 0,
    })
    expect(asked.length).to.equal(1)
  })

  it('only missing readings are requested again, until they are there', async () => {
    const late = [[], [1, 4], [1, 3, 4], [1, 2, 3, 4]]
    const report = await check(
      apiWith((question) => late[question - 1] ?? [1, 2, 3, 4]),
      60_000,
    )
    expect(report).to.include({ ok: true, readings_expected: 4, readings_stored: 4, dead_letters: 1 })
    expect(report).to.include({ rejected_expected: 1, found: 0 })
    expect(report.settled_ms).to.be.within(2000, 20_000)
    expect(asked.map(([from]) => from)).to.deep.equal([1, 1, 2, 2])
  })

  it('readings missing at the end of the time are reported', async () => {
    const report = await check(
      apiWith(() => [1, 4]),
      20,
    )
    expect(report).to.deep.include({ ok: false, found_by_kind: { missing: 2 }, readings_expected: 4 })
    expect(report).to.include({ readings_stored: 2 })
    expect(asked.length).to.equal(2)
  })

  it('verification does not wait by default', async () => {
    const report = await check(
      apiWith(() => []),
      0,
    )
    expect(report).to.deep.include({ ok: false, found_by_kind: { missing: 4, dead_letter_missing: 1 } })
    expect(report.settled_ms).to.be.lessThan(1000)
    expect(asked.length).to.equal(1)
  })
})
