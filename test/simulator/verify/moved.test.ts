import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseTime } from '../../../contract/time.ts'
import type { ApiClient } from '../../../simulator/api-client.ts'
import { verify } from '../../../simulator/verify/verify.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')
const time = (n: number) => new Date(startMs + n * 1000).toISOString()
const row = (n: number, values: object) => ({ time: time(n), device: 'd', ...values })
const letter = { received_at: time(4), code: 'not_json', reading_index: null, payload: 'eA==' }

/** A device of `v` that was moved to `w` after two seconds. Its last message for `v` went out after that. */
const lines = [
  { run: 1, at: startMs, seed: 1, broker: 'mqtt://b' },
  {
    sent: 1,
    at: startMs,
    vehicle: 'v',
    device: 'd',
    qos: 1,
    stored: [{ time: time(1), speed: 1 }],
    rejected: [],
  },
  { moved: 'd', from: 'v', to: 'w', after: startMs + 1500, at: startMs + 2000 },
  {
    sent: 2,
    at: startMs + 3000,
    vehicle: 'w',
    device: 'd',
    qos: 1,
    stored: [
      { time: time(1), speed: 2 },
      { time: time(3), speed: 3 },
    ],
    rejected: [{ index: null, code: 'not_json', payload: 'eA==' }],
  },
  { acked: [1, 2], at: startMs + 5000 },
]

describe('verification of a moved device', () => {
  let directory: string
  let journal: string
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleetwire-verify-'))
    journal = join(directory, 'journal')
    writeFileSync(journal, lines.map((it) => `${JSON.stringify(it)}\n`).join(''))
  })
  after(() => rmSync(directory, { recursive: true }))

  /** The findings of `verify` when each vehicle has these rows, and `letterOf` the dead letter. */
  async function find(rows: Record<string, object[]>, letterOf: string, settleMs = 0) {
    let asked = 0
    const api = {
      async *listReadings(vehicle: string, { from, to }: { from: string; to: string }) {
        const late = settleMs > 0 && asked++ === 0
        for (const it of late ? [] : (rows[vehicle] ?? [])) {
          const us = Number(parseTime((it as { time: string }).time))
          if (us >= Number(parseTime(from)) && us < Number(parseTime(to))) yield it
        }
      },
      async *listDeadLetters(vehicle: string) {
        if (vehicle === letterOf) yield letter
      },
    } as unknown as ApiClient
    return verify({ journal, api, settleMs, onProgress() {} })
  }
  const right = { v: [row(1, { speed: 1 }), row(1, { speed: 2 })], w: [row(3, { speed: 3 })] }

  it('readings in the vehicle of their time, and a dead letter of either vehicle, are correct', async () => {
    for (const vehicle of ['v', 'w']) {
      const report = await find(right, vehicle)
      expect(report).to.include({ ok: true, readings_expected: 3, readings_stored: 3, dead_letters: 1 })
      expect(report).to.include({ messages: 2, acknowledged: 2, rejected_expected: 1 })
    }
  })

  it('a reading in the vehicle of its topic instead is missing', async () => {
    const { found_by_kind } = await find(
      { v: [row(1, { speed: 1 })], w: [row(1, { speed: 2 }), row(3, { speed: 3 })] },
      'v',
    )
    expect(found_by_kind.missing).to.equal(1)
  })

  it('a dead letter of neither vehicle is missing', async () => {
    const { found_by_kind } = await find(right, 'x')
    expect(found_by_kind).to.deep.equal({ dead_letter_missing: 1 })
  })

  it('a missing second reading of an instant is waited for like the first', async () => {
    const report = await find(right, 'v', 60_000)
    expect(report).to.include({ ok: true, readings_expected: 3, readings_stored: 3 })
    expect(report.settled_ms).to.be.greaterThan(0)
  })
})
