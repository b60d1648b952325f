import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { Batch, type Entry } from '../../../broker/ingest/batch.ts'
import { createValidate } from '../../../broker/ingest/validate.ts'
import { PROBLEMS } from '../../../contract/problems.ts'
import { readRows } from './copied-rows.ts'
import { sizeOf } from './chance.ts'
import { judge, type Values, type Verdict } from './oracle.ts'
import { payloads } from './payloads.ts'
import { RECEIPT_STEP_US } from '../../../broker/ingest/receipt-clock.ts'

const PAYLOADS = sizeOf('FUZZ_PAYLOADS', 15_000)
const SEED = sizeOf('FUZZ_SEED', 1)

const NOW_MS = Date.UTC(2026, 10, 21, 8)
const NOW_US = NOW_MS * 1000
const LETTERS_MAX = 100
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u
const COMPARED_BYTES_MAX = 5000

describe('generated payloads', function () {
  this.timeout(60_000 + PAYLOADS * 10)

  it('generated payloads give exactly the rows the design allows, and a reason for every other reading', () => {
    const batch = new Batch(2000, 8 * 1024 * 1024)
    const validate = createValidate({ clockSkewMaxS: 300 })
    const counts: Record<string, number> = {}
    const count = (name: string, more = 1) => (counts[name] = (counts[name] ?? 0) + more)

    function check(payload: Buffer): void {
      if (!batch.hasRoom()) batch.clear()
      const message = { vehicleId: 7, deviceId: 9, payload, receivedAtMs: NOW_MS }
      const entry = batch.add(message, () => {}, validate, NOW_US)
      const verdict = judge(payload, BigInt(NOW_US))
      checkReasons(entry)
      checkPlaces(entry, verdict)
      checkRows(batch, entry, verdict)
      checkLetters(entry, verdict)
      count(verdict.refused ?? (verdict.isArray ? 'arrays' : 'single readings'))
      count('rows', entry.rowCount)
      for (const { problems } of entry.rejected ?? []) count(problems[0]?.code ?? 'none')
    }

    const startMs = Date.now()
    // Not `fc.assert`: its report would not show the failing payload as text.
    const result = fc.check(fc.property(payloads(NOW_MS), check), {
      numRuns: PAYLOADS,
      seed: SEED,
      verbose: 0,
    })
    if (result.failed) {
      const [payload] = result.counterexample ?? []
      const shown = `${payload?.subarray(0, 2000).toString('hex')} (${payload?.subarray(0, 500).toString()})`
      const { errorInstance: cause } = result
      throw new Error(
        `seed ${SEED}, ${result.counterexamplePath}: ${String(cause)}; ${shown.slice(0, 4000)}`,
        { cause },
      )
    }
    const figures = { seed: SEED, payloads: PAYLOADS, seconds: (Date.now() - startMs) / 1000, ...counts }
    console.log(`    ${JSON.stringify(figures)}`)
  })
})

function checkReasons({ rejected = [] }: Entry): void {
  for (const { problems } of rejected) {
    if (problems.length === 0) throw new Error('rejected without a problem')
    for (const { code, pointer, detail } of problems) {
      if (!(code in PROBLEMS) || code === 'storage_refused') throw new Error(`problem ${code}`)
      if (pointer !== '' && !pointer.startsWith('/')) throw new Error(`pointer ${pointer}`)
      // Characters that jsonb cannot hold, or that a terminal would interpret.
      if (UNPRINTABLE.test(pointer + detail))
        throw new Error(`not printable: ${JSON.stringify([pointer, detail])}`)
      if (detail.length > 1000) throw new Error(`a detail of ${detail.length} characters`)
    }
  }
}

/** Checks that each reading is either in a row or rejected, by its index, as the oracle requires. */
function checkPlaces(entry: Entry, verdict: Verdict): void {
  const rejected = (entry.rejected ?? []).map(({ index }) => index)
  const bad = verdict.readings.flatMap((it, place) => (it === undefined ? [place] : []))
  const expected = verdict.refused !== undefined ? [null] : verdict.isArray ? bad : bad.map(() => null)
  expect(rejected).to.deep.equal(expected)
  if (verdict.refused !== undefined) {
    expect(entry.rejected?.[0]?.problems[0]?.code).to.equal(verdict.refused)
    expect(entry.rowCount).to.equal(0)
  }
}

function checkRows(batch: Batch, entry: Entry, { readings }: Verdict): void {
  const rows = readRows(batch.rows.copyData(entry.firstRow, entry.firstRow + entry.rowCount))
  const good = readings.flatMap((it, place) => (it ? [{ ...it, place }] : []))
  const indexes = entry.indexes ?? Array.from({ length: entry.rowCount }, (_, row) => row)
  expect(indexes).to.deep.equal(good.map(({ place }) => place))
  for (const [n, { timeUs, values, place }] of good.entries()) {
    const row = rows[n]
    const expected = {
      vehicleId: 7n,
      deviceId: 9n,
      receivedUs: BigInt(NOW_US),
      timeUs: timeUs ?? BigInt(NOW_US + place * RECEIPT_STEP_US),
      values: storedForm(values),
    }
    // Chai also distinguishes 0 and -0, but is a hundred times slower.
    if (!isDeepStrictEqual(row, expected)) expect(row).to.deep.equal(expected)
  }
}

/** The values as stored: -0 as 0, and `extra` with the usual prototype. */
function storedForm(values: Values): Values {
  const copy = { ...values }
  for (const [name, it] of Object.entries(values)) if (Object.is(it, -0)) copy[name] = 0
  if ('extra' in copy) copy['extra'] = JSON.parse(JSON.stringify(copy['extra'])) as object
  return copy
}

/** Checks that the bytes of all rejected readings are kept: one by one, or, if many, the whole message. */
function checkLetters({ letters = [], rejected = [], message }: Entry, { isArray }: Verdict): void {
  if (rejected.length === 0) {
    expect(letters).to.deep.equal([])
    return
  }
  if (!isArray || rejected.length > LETTERS_MAX) {
    expect(letters.map(({ index }) => index)).to.deep.equal([null])
    expect(letters[0]?.payload.equals(message.payload)).to.equal(true)
    return
  }
  expect(letters.map(({ index }) => index)).to.deep.equal(rejected.map(({ index }) => index))
  const elements = JSON.parse(message.payload.toString()) as unknown[]
  for (const { payload, index } of letters) {
    expect(message.payload.includes(payload)).to.equal(true)
    // Longer ones may be nested too deeply for a comparison, which recurses.
    if (payload.length > COMPARED_BYTES_MAX) continue
    expect(JSON.stringify(JSON.parse(payload.toString()))).to.equal(JSON.stringify(elements[index ?? -1]))
  }
}
