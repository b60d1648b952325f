import { expect } from 'chai'
import { nextMotion, ignitionOf, STILL } from '../../rules/motion.ts'
import { DEFAULT_PARAMETERS } from '../../rules/parameters.ts'
import { EMPTY_FILTER, filterPosition } from '../../rules/position-filter.ts'
import type { TimedReading } from '../../rules/reading.ts'

type Fields = Partial<Omit<TimedReading, 'timeMs'>>

/** The states after readings at these seconds. */
function follow(lines: [s: number, fields: Fields][]) {
  let [motion, filter] = [STILL, EMPTY_FILTER]
  return lines.map(([s, fields]) => {
    const reading = { timeMs: s * 1000, ...fields }
    const judged = filterPosition(filter, reading, DEFAULT_PARAMETERS)
    filter = judged.state
    motion = nextMotion(motion, reading, judged.verdict, filter.last, DEFAULT_PARAMETERS)
    return motion
  })
}
/** Metres to the north of a place. */
const at = (metres: number): Fields => ({ lat: metres / 110_577, lon: 30 })
const kmh = (speed: number | null) => (speed === null ? null : Math.round(speed / 100) / 10)

describe('the speed of a vehicle', () => {
  const speeds = (lines: [s: number, fields: Fields][]) => follow(lines).map((it) => kmh(it.speed))

  it('a reported speed is used', () => {
    expect(
      speeds([
        [0, { ...at(0), speed: 17.25 }],
        [10, { ...at(500), speed: 3 }],
      ]),
    ).to.deep.equal([17.3, 3])
  })

  it('the speed is distance over time if none is reported', () => {
    expect(
      speeds([
        [0, at(0)],
        [10, at(100)],
        [20, at(150)],
      ]),
    ).to.deep.equal([null, 36, 18])
  })

  it('the speed is measured over two seconds or more at one reading a second', () => {
    expect(
      speeds([
        [0, at(0)],
        [1, at(10)],
        [2, at(20)],
        [3, at(40)],
        [4, at(60)],
        [5, at(60)],
      ]),
    ).to.deep.equal([null, null, 36, 54, 72, 36])
  })

  it('the speed is measured from the last position of a second at ten readings a second', () => {
    const lines = Array.from({ length: 31 }, (_, i): [number, Fields] => [i / 10, at(i)])
    const found = speeds(lines)
    expect(found.slice(0, 29)).to.deep.equal(Array.from({ length: 29 }, () => null))
    expect(found.slice(29)).to.deep.equal([36, 36])
    expect(follow(lines).every((it) => it.marks.length <= 4)).to.equal(true)
  })

  it('the speed is unknown without speed and position', () => {
    expect(
      speeds([
        [0, at(0)],
        [10, at(100)],
        [20, { rpm: 900 }],
      ]),
    ).to.deep.equal([null, 36, null])
  })

  it('the speed of a reading with a refused position is unknown', () => {
    expect(
      speeds([
        [0, { ...at(0), speed: 50 }],
        [10, { lat: 0, lon: 0, speed: 0 }],
      ]),
    ).to.deep.equal([50, null])
    expect(
      speeds([
        [0, { ...at(0), speed: 50 }],
        [10, { ...at(90_000), speed: 0 }],
      ]),
    ).to.deep.equal([50, null])
  })

  it('the speed is not measured over a jump', () => {
    const lines: [number, Fields][] = [0, 90_000, 90_100, 90_200, 90_250].map((m, i) => [i * 10, at(m)])
    expect(speeds(lines)).to.deep.equal([null, null, null, null, 18])
  })
})

describe('a vehicle', () => {
  const moves = (...speeds: (number | undefined)[]) =>
    follow(speeds.map((speed, i) => [i, speed === undefined ? { rpm: 800 } : { speed }])).map(
      (it) => it.isMoving,
    )

  it('a vehicle moves from 5 km/h until it is slower than 3 km/h', () => {
    expect(moves(0, 4.9, 5, 3, 2.999, 4, 5)).to.deep.equal([false, false, true, true, false, false, true])
  })

  it('a vehicle continues to move, or to stand, while its speed is unknown', () => {
    expect(moves(undefined, 50, undefined, 0, undefined)).to.deep.equal([false, true, true, false, false])
  })
})

describe('an engine', () => {
  const engine = (...fields: Fields[]) =>
    follow(fields.map((it, i) => [i, { speed: 0, ...it }])).map((it) => it.isEngineOn)

  it('an engine is on by ignition, otherwise by rpm, otherwise by voltage', () => {
    expect(engine({ ignition: true, rpm: 0, battery_voltage: 12 })).to.deep.equal([true])
    expect(engine({ ignition: false, rpm: 900, battery_voltage: 14 })).to.deep.equal([false])
    expect(engine({ rpm: 900, battery_voltage: 12 }, { rpm: 0, battery_voltage: 14 })).to.deep.equal([
      true,
      false,
    ])
    expect(engine({ battery_voltage: 13.2 }, { battery_voltage: 13.19 })).to.deep.equal([true, false])
    expect(engine({})).to.deep.equal([null])
  })

  it('an engine keeps its state until the source reports again', () => {
    expect(engine({ ignition: true }, {}, {})).to.deep.equal([true, true, true])
  })

  it('a worse source is ignored once a better one has reported', () => {
    expect(engine({ battery_voltage: 14 }, { rpm: 0 }, { battery_voltage: 14 })).to.deep.equal([
      true,
      false,
      false,
    ])
    expect(engine({ rpm: 900 }, { ignition: false }, { rpm: 900 })).to.deep.equal([true, false, false])
  })

  it('the ignition is known only if it was reported', () => {
    const [byRpm, byIgnition] = follow([
      [0, { rpm: 900 }],
      [1, { ignition: false }],
    ])
    expect(byRpm && ignitionOf(byRpm)).to.equal(null)
    expect(byIgnition && ignitionOf(byIgnition)).to.equal(false)
  })
})
