import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeLiveFrame,
  encodeLiveFrame,
  LIVE_HEADER_BYTES,
  LIVE_RECORD_BYTES,
  LIVE_RECORDS_MAX,
  LIVE_STATES,
  type LiveFrame,
  type LiveRecord,
} from '../../contract/live-frame.ts'

const u32 = fc.nat({ max: 0xffff_ffff })
/** From 2000 to 2100, so that every reading is at most 49 days before. */
const baseTime = fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 })
const scaled = (min: number, max: number, scale: number) =>
  fc.integer({ min: min * scale, max: max * scale }).map((it) => it / scale)
/** In seconds up to nine hours, beyond that in hours. */
const lastStateAge = fc.oneof(
  fc.nat({ max: 0x7fff }).map((seconds) => seconds * 1000),
  fc.integer({ min: 10, max: 0x7fff }).map((hours) => hours * 3_600_000),
)
const recordAt = (baseTimeMs: number): fc.Arbitrary<LiveRecord> =>
  fc.record({
    vehicleId: u32,
    lat: scaled(-90, 90, 1e7),
    lon: scaled(-180, 180, 1e7),
    timeMs: u32.map((age) => baseTimeMs - age),
    speed: fc.option(scaled(0, 400, 10), { nil: undefined }),
    heading: fc.option(scaled(0, 360, 100), { nil: undefined }),
    state: fc.constantFrom(...LIVE_STATES),
    lastState: fc.constantFrom(...LIVE_STATES),
    lastStateMs: lastStateAge.map((age) => baseTimeMs - age),
    isStale: fc.boolean(),
  })
const frame: fc.Arbitrary<LiveFrame> = baseTime.chain((baseTimeMs) =>
  fc.record({
    epoch: u32,
    seq: u32,
    baseTimeMs: fc.constant(baseTimeMs),
    records: fc.array(recordAt(baseTimeMs), { maxLength: 20 }),
  }),
)

const record: LiveRecord = {
  vehicleId: 7,
  lat: 59.3293,
  lon: -18.0686,
  timeMs: 1_795_248_000_000,
  speed: 62.5,
  heading: 271,
  state: 'moving',
  lastState: 'moving',
  lastStateMs: 1_795_248_000_000,
  isStale: false,
}
const header = { epoch: 0xdead_beef, seq: 1, baseTimeMs: 1_795_248_001_000 }

describe('live frames', () => {
  it('a frame is read back unchanged', () => {
    fc.assert(
      fc.property(frame, (it) => {
        expect(decodeLiveFrame(encodeLiveFrame(it, it.records))).to.deep.equal(it)
      }),
    )
  })

  it('a frame is read wherever in a buffer it begins', () => {
    const bytes = encodeLiveFrame(header, [record])
    const within = new Uint8Array(bytes.length + 7)
    within.set(bytes, 5)
    expect(decodeLiveFrame(within.subarray(5, -2))).to.deep.equal({ ...header, records: [record] })
  })

  it('a frame has the bytes that the contract specifies', () => {
    const bytes = encodeLiveFrame(header, [record])
    expect(bytes).to.have.length(LIVE_HEADER_BYTES + LIVE_RECORD_BYTES)
    expect(Buffer.from(bytes).toString('hex')).to.equal(
      '46570100' +
        'deadbeef' +
        '00000001' +
        '00000001' +
        doubleHex(header.baseTimeMs) +
        '00000007' +
        intHex(593_293_000) +
        intHex(-180_686_000) +
        '000003e8' +
        '0271' +
        '69dc' +
        '01' +
        '01' +
        '0001',
    )
    const stale = { ...record, state: 'offline', lastState: 'alert', isStale: true } as const
    const lastBytes = (lastStateMs: number) =>
      Buffer.from(encodeLiveFrame(header, [{ ...stale, lastStateMs }]).subarray(-4)).toString('hex')
    expect(lastBytes(header.baseTimeMs - 720_000)).to.equal('048502d0')
    expect(lastBytes(header.baseTimeMs - 0x8000 * 1000)).to.equal('0485800a')
    expect(lastBytes(0)).to.equal('0485ffff')
  })

  it('the time of the last state is never read back later than it was', () => {
    for (const ageMs of [0, 1, 999, 1000, 1001, 0x7fff_ffff / 100, 40_000_000, 86_400_001]) {
      const lastStateMs = header.baseTimeMs - Math.floor(ageMs)
      const [decoded] = (decodeLiveFrame(encodeLiveFrame(header, [{ ...record, lastStateMs }])) as LiveFrame)
        .records
      const earlier = lastStateMs - (decoded?.lastStateMs ?? NaN)
      expect(earlier, String(ageMs)).to.be.within(0, ageMs < 0x8000 * 1000 ? 999 : 3_599_999)
    }
  })

  it('values out of range are clamped to it', () => {
    const ahead = { ...record, timeMs: header.baseTimeMs + 5000, speed: 10_000, heading: -1 }
    const ancient = { ...record, timeMs: 0 }
    const decoded = decodeLiveFrame(encodeLiveFrame(header, [ahead, ancient])) as LiveFrame
    expect(decoded.records[0]).to.include({ timeMs: header.baseTimeMs, speed: 6553.4, heading: 0 })
    expect(decoded.records[1]?.timeMs).to.equal(header.baseTimeMs - 0xffff_ffff)
  })

  it('a vehicle id beyond 32 bits is refused', () => {
    expect(() => encodeLiveFrame(header, [{ ...record, vehicleId: 2 ** 32 }])).to.throw(RangeError)
  })

  const faults: [what: string, spoil: (bytes: Uint8Array) => Uint8Array, fault: RegExp][] = [
    ['that is empty', () => new Uint8Array(0), /no header/],
    ['that is cut off', (it) => it.subarray(0, -1), /instead of/],
    ['with something behind it', (it) => Uint8Array.from([...it, 0]), /instead of/],
    ['with another magic number', (it) => it.with(0, 0x47), /magic/],
    ['of another version', (it) => it.with(2, 2), /version 2/],
    ['with more records than may be', (it) => it.with(13, 0xff), new RegExp(`more than ${LIVE_RECORDS_MAX}`)],
    ['without a base time', (it) => it.with(16, 0x7f).with(17, 0xf8), /base time/],
  ]
  for (const [what, spoil, fault] of faults) {
    it(`a frame ${what} is refused`, () => {
      expect(decodeLiveFrame(spoil(encodeLiveFrame(header, [record]))))
        .to.have.property('fault')
        .that.matches(fault)
    })
  }

  it('no bytes make the decoder throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void decodeLiveFrame(bytes)))
    const bytes = encodeLiveFrame(header, [record])
    const at = fc.nat({ max: bytes.length - 1 })
    fc.assert(fc.property(at, fc.nat({ max: 255 }), (n, byte) => void decodeLiveFrame(bytes.with(n, byte))))
  })

  it('a future state is read as unknown', () => {
    const bytes = encodeLiveFrame(header, [record]).with(LIVE_HEADER_BYTES + 20, 200)
    expect((decodeLiveFrame(bytes) as LiveFrame).records[0]?.state).to.equal('unknown')
  })

  it('the decoder in docs/live-feed.md reads the same frames', () => {
    const [, code = ''] = /```js\n([\s\S]+?)```/.exec(readFileSync('docs/live-feed.md', 'utf8')) ?? []
    // oxlint-disable-next-line typescript/no-implied-eval -- to run it like a reader that copies it
    const decode = new Function(`${code}; return decodeLiveFrame`)() as (bytes: Uint8Array) => {
      time: number
      vehicles: { id: number; time: number }[]
    }
    fc.assert(
      fc.property(frame, ({ records, ...it }) => {
        const { time, vehicles, ...decoded } = decode(encodeLiveFrame(it, records))
        expect({ ...decoded, baseTimeMs: time }).to.deep.equal(it)
        expect(vehicles).to.deep.equal(
          records.map(({ vehicleId, timeMs, ...others }) => ({ id: vehicleId, time: timeMs, ...others })),
        )
      }),
    )
    for (const spoiled of [new Uint8Array(3), encodeLiveFrame(header, [record]).subarray(1)])
      expect(() => decode(spoiled)).to.throw()
  })
})

function doubleHex(value: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

function intHex(value: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes.toString('hex')
}
