import { expect } from 'chai'
import fc from 'fast-check'
import { advance } from '../../rules/advance.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import { parseState, STATE_LENGTH_MAX, writeState } from '../../rules/state.ts'
import { fold } from './fold.ts'
import { evaluate } from './oracle.ts'
import { BEGIN_MS, traces } from './traces.ts'

const PARAMETERS = { ...DEFAULT_PARAMETERS, tankMl: 60_000 }
const RUNS = { numRuns: 300 }

describe('the fold over readings', () => {
  it('gives the journeys and buckets of the definitions', () => {
    fc.assert(
      fc.property(traces, fc.infiniteStream(fc.nat()), (readings, order) => {
        const { results, open } = fold(readings, PARAMETERS)
        // The oracle sorts by time; readings of one instant keep their order, so only others are shuffled.
        const isShufflable = new Set(readings.map((it) => it.timeMs)).size === readings.length
        const shuffled = isShufflable
          ? readings.map((it) => ({ it, key: order.next().value ?? 0 })).toSorted((a, b) => a.key - b.key)
          : readings.map((it) => ({ it }))
        const expected = evaluate(
          shuffled.map(({ it }) => it),
          PARAMETERS,
        )
        expect(results.journeys).to.deep.equal(expected.journeys)
        expect(open.journeys).to.deep.equal(expected.openJourney ? [expected.openJourney] : [])
        expect([...results.buckets, ...open.buckets]).to.deep.equal(expected.buckets)
      }),
      RUNS,
    )
  })

  it('goes on from any stored state as if it had read everything before', () => {
    fc.assert(
      fc.property(traces, fc.nat(), (readings, at) => {
        const cut = at % (readings.length + 1)
        const whole = fold(readings, PARAMETERS)
        const first = fold(readings.slice(0, cut), PARAMETERS)
        const second = fold(readings.slice(cut), PARAMETERS, parseState(writeState(first.state)))
        expect(writeState(second.state)).to.equal(writeState(whole.state))
        expect([...first.results.journeys, ...second.results.journeys]).to.deep.equal(whole.results.journeys)
        expect([...first.results.buckets, ...second.results.buckets]).to.deep.equal(whole.results.buckets)
        expect(second.open).to.deep.equal(whole.open)
      }),
      RUNS,
    )
  })

  it('does not change the state that it is given', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const texts: string[] = []
        const { states } = fold(readings, PARAMETERS)
        let state = fold([], PARAMETERS).state
        for (const reading of readings) {
          state = advance(state, reading, PARAMETERS).state
          texts.push(writeState(state))
        }
        expect(states.map(writeState)).to.deep.equal(texts)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses a reading that is older than the newest one', () => {
    const { state } = fold([{ timeMs: BEGIN_MS, speed: 0 }], PARAMETERS)
    expect(() => advance(state, { timeMs: BEGIN_MS - 1, speed: 0 }, PARAMETERS)).to.throw(RangeError)
  })
})

describe('the state of a vehicle', () => {
  it('is the same after its text was read, and has integers only', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        const { state } = fold(readings, PARAMETERS)
        expect(parseState(writeState(state))).to.deep.equal(state)
        JSON.parse(writeState(state), (_, value: unknown) => {
          if (typeof value === 'number') expect(Number.isSafeInteger(value)).to.equal(true)
          return value
        })
      }),
      RUNS,
    )
  })

  it('has one text whatever order its properties were made in', () => {
    const { state } = fold([{ timeMs: BEGIN_MS, lat: 59, lon: 18, speed: 9 }], PARAMETERS)
    const { last, filter, ...others } = state
    expect(writeState({ ...others, filter, last })).to.equal(writeState(state))
  })

  it('is shorter than 4 KiB', () => {
    fc.assert(
      fc.property(traces, (readings) => {
        for (const it of fold(readings, PARAMETERS).states)
          expect(writeState(it).length).to.be.below(STATE_LENGTH_MAX)
      }),
      RUNS,
    )
  })

  it('forgets a reading that came late once the next trip has ended', () => {
    const late = { timeMs: BEGIN_MS + 30_000, lat: 59.31, lon: 18, speed: 70 }
    const drive = (from: number) => [
      ...[0, 60, 120].map((s) => ({
        timeMs: from + s * 1000,
        lat: 59.3 + s / 12_000,
        lon: 18,
        speed: 60,
      })),
      ...[180, 300, 400].map((s) => ({ timeMs: from + s * 1000, lat: 59.315, lon: 18, speed: 0 })),
    ]
    const second = drive(BEGIN_MS + 500_000)
    const [with_, without_] = [[late], []].map((it) =>
      fold(
        [...drive(BEGIN_MS), ...it, ...second].toSorted((a, b) => a.timeMs - b.timeMs),
        PARAMETERS,
      ),
    )
    expect(with_?.results.journeys).to.not.deep.equal(without_?.results.journeys)
    expect(with_ && writeState(with_.state)).to.equal(without_ && writeState(without_.state))
  })
})
