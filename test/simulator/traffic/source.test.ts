import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { PAYLOAD_BYTES_MAX, READING_SCHEMA, type Reading } from '../../../contract/telemetry.ts'
import { parseTime } from '../../../contract/time.ts'
import type { Draft } from '../../../simulator/traffic/draft.ts'
import { FAULT_KINDS } from '../../../simulator/traffic/faults.ts'
import { BATCH_MAX, createSource, type SourceOptions } from '../../../simulator/traffic/source.ts'

const startMs = Date.UTC(2026, 0, 1)
const isReading = new Ajv2020({ strict: false }).compile(READING_SCHEMA)

function draw(turns: number, options: Partial<SourceOptions> & { everyMs?: number } = {}): Draft[] {
  const { everyMs = 100, ...others } = options
  const source = createSource({ seed: 5, startMs, batch: 1, faultShare: 0, ...others })
  const drafts: Draft[] = []
  for (let turn = 1; turn <= turns; turn++) drafts.push(...source.next(startMs + turn * everyMs))
  return [...drafts, ...source.flush()]
}

const readingsOf = (drafts: Draft[]) =>
  drafts.flatMap((it) => it.stored).map((it) => JSON.parse(it) as Reading)
const byValue = (a: number | string, b: number | string) => Number(a) - Number(b)
const timesOf = (drafts: Draft[]) => readingsOf(drafts).map((it) => parseTime(it.time ?? ''))

describe('messages of a vehicle', () => {
  it('readings follow the contract, in order of time and seq', () => {
    const readings = readingsOf(draw(300))
    expect(readings.every((it) => isReading(it))).to.equal(true)
    expect(readings.map((it) => it.seq)).to.deep.equal(readings.map((_, index) => index))
    const times = timesOf(draw(300))
    expect(times).to.deep.equal(times.toSorted(byValue))
  })

  it('every reading has its own millisecond, even with less than one available for each', () => {
    const times = timesOf(draw(50, { batch: 40, everyMs: 3 }))
    expect(times).to.have.length(2000)
    expect(new Set(times).size).to.equal(2000)
  })

  it('messages are the same for the same seed and times', () => {
    expect(draw(200, { faultShare: 0.5 })).to.deep.equal(draw(200, { faultShare: 0.5 }))
  })

  it('only batches are arrays', () => {
    expect(String(draw(1)[0]?.payload)).to.match(/^\{/)
    expect(JSON.parse(String(draw(1, { batch: 3 })[0]?.payload))).to.have.length(3)
  })

  it('a message of the largest batch stays below the size limit', () => {
    for (const draft of draw(60, { batch: BATCH_MAX, faultShare: 0.5, everyMs: 500 })) {
      expect(Buffer.byteLength(draft.payload)).to.be.below(PAYLOAD_BYTES_MAX)
    }
  })
})

describe('faults of a vehicle', () => {
  const drafts = draw(4000, { faultShare: 0.5 })

  it('all kinds of faults occur, in the requested share', () => {
    const kinds = drafts.flatMap((it) => it.fault ?? [])
    expect([...new Set(kinds)].toSorted()).to.deep.equal(FAULT_KINDS.toSorted())
    // A late message takes several turns, which have no other fault.
    expect(kinds.length / 4000).to.be.within(0.3, 0.5)
  })

  it('no reading is lost: each is stored, or refused for a reason', () => {
    const seen = new Set(drafts.flatMap((it) => it.stored.map((text) => (JSON.parse(text) as Reading).seq)))
    const broken = drafts.filter((it) => it.rejected.length > 0 && it.fault !== 'bad_in_array')
    expect(seen.size + broken.length).to.equal(4000)
  })

  it('a duplicate has exactly the same bytes', () => {
    const payloads = drafts.map((it) => String(it.payload))
    for (const [at, draft] of drafts.entries()) {
      if (draft.fault === 'duplicate') expect(payloads.indexOf(String(draft.payload))).to.be.below(at)
    }
  })

  it('late and reordered readings come after newer ones', () => {
    const times = timesOf(drafts)
    expect(times).to.not.deep.equal(times.toSorted(byValue))
    expect(drafts.some((it) => it.fault === 'late' && it.readings > 1)).to.equal(true)
  })

  it('a reading is marked as refused exactly if the contract refuses it', () => {
    for (const { rejected, fault } of drafts) {
      for (const { code, payload } of rejected) {
        if (code === 'not_json')
          expect(() => JSON.parse(String(payload)) as unknown, String(fault)).to.throw()
        else {
          const reading = JSON.parse(String(payload)) as Reading
          const late = parseTime(reading.time ?? startMs)
          const soon = typeof late === 'number' && late < (startMs + 3_600_000) * 1000
          expect(isReading(reading) && soon, code).to.equal(false)
        }
      }
    }
  })

  it('a refusal has the index of its reading in the array, or none for a whole message', () => {
    for (const { payload, rejected, fault } of drafts) {
      for (const it of rejected) {
        if (fault === 'bad_in_array') {
          const elements = JSON.parse(String(payload)) as unknown[]
          expect(JSON.stringify(elements[it.index ?? -1])).to.equal(it.payload)
        } else expect(it).to.include({ index: null, payload })
      }
    }
  })
})

describe('several devices of a vehicle', () => {
  const drafts = draw(100, { devices: 2, batch: 3 })
  const ofDevice = (device: number) => readingsOf(drafts.filter((it) => (it.device ?? 0) === device))

  it('devices measure at the same instants, each a part of what a single one reports', () => {
    const [tracker, engine, alone] = [ofDevice(0), ofDevice(1), readingsOf(draw(100, { batch: 3 }))]
    expect(tracker.map((it) => it.time)).to.deep.equal(engine.map((it) => it.time))
    expect(tracker.map((it, at) => ({ ...it, ...engine[at] }))).to.deep.equal(alone)
    expect([...tracker, ...engine].every((it) => isReading(it))).to.equal(true)
    expect(tracker.some((it) => 'rpm' in it) || engine.some((it) => 'lat' in it)).to.equal(false)
  })

  it('devices of one kind have equal readings', () => {
    const three = draw(10, { devices: 3 })
    const [first, third] = [0, 2].map((device) => three.filter((it) => (it.device ?? 0) === device))
    expect(third?.map((it) => it.payload)).to.deep.equal(first?.map((it) => it.payload))
  })

  it('faults of partial readings are refused by the contract', () => {
    const refused = draw(2000, { devices: 2, faultShare: 0.5 }).flatMap((it) => it.rejected)
    const bad = refused.filter(({ code }) => ['missing_field', 'out_of_range'].includes(code))
    expect(bad).to.not.deep.equal([])
    for (const { payload, code } of bad) {
      expect(isReading(JSON.parse(String(payload)))).to.equal(false)
      const problems = new Set(isReading.errors?.map((it) => it.keyword))
      expect(problems.has('dependentRequired')).to.equal(code === 'missing_field')
    }
  })
})

describe('whole seconds', () => {
  it('whole seconds are shared by several readings, none before the start', () => {
    const source = createSource({
      seed: 5,
      startMs: startMs + 1,
      batch: 1,
      faultShare: 0,
      wholeSeconds: true,
    })
    const all = Array.from({ length: 40 }, (_, turn) => source.next(startMs + 100 * (turn + 1))).flat()
    const times = timesOf(all).map(Number)
    expect(new Set(times).size).to.equal(4)
    expect(times.every((us) => us % 1_000_000 === 0 && us > startMs * 1000)).to.equal(true)
    expect(new Set(all.map((it) => it.payload)).size, 'distinct payloads').to.equal(40)
  })
})

describe('events', () => {
  const drafts = draw(400, { devices: 2, eventShare: 0.5 })
  const events = drafts.filter((it) => !String(it.payload).includes('"seq"'))

  it('an event has the time of the reading beside it, and other values', () => {
    expect(events.length).to.be.within(200, 400)
    for (const [at, draft] of drafts.entries()) {
      if (!events.includes(draft)) continue
      expect(timesOf([draft])).to.deep.equal(timesOf([drafts[at - 1]!]))
      expect(readingsOf([draft]).every((it) => isReading(it))).to.equal(true)
    }
  })

  it('an event is noticed by one device, or by all alike', () => {
    const second = events.filter((it) => it.device === 1).map((it) => it.payload)
    const first = events.filter((it) => it.device === undefined).map((it) => it.payload)
    expect(second.length / first.length).to.be.within(0.3, 0.7)
    expect(second.every((it) => first.includes(it))).to.equal(true)
  })
})

describe('readings older than the retention', () => {
  it('readings older than the retention are sent, and expected to be refused', () => {
    const fault = 'older_than_retention'
    const old = draw(4000, { faultShare: 0.5, retentionDays: 30 }).filter((it) => it.fault === fault)
    expect(old.length).to.be.greaterThan(50)
    const days = old.flatMap(({ rejected, stored }) => {
      expect([rejected.map((it) => it.code), stored]).to.deep.equal([['time_too_old'], []])
      return rejected.map(({ payload }) => {
        const us = parseTime((JSON.parse(String(payload)) as Reading).time ?? '')
        return Math.round((startMs * 1000 - Number(us)) / 86_400_000_000)
      })
    })
    expect([...new Set(days)].toSorted(byValue)).to.deep.equal([31, 7168])
  })
})
