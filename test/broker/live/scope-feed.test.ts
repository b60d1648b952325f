import { expect } from 'chai'
import { FrameWriter } from '../../../broker/live/frame-writer.ts'
import { createLiveMetrics } from '../../../broker/live/metrics.ts'
import { ScopeFeed } from '../../../broker/live/scope-feed.ts'
import { VehicleStates } from '../../../broker/live/vehicle-states.ts'
import { decodeLiveFrame, LIVE_RECORDS_MAX, type LiveFrame } from '../../../contract/live-frame.ts'
import { createMetrics } from '../../../kit/metrics.ts'

const NOW_MS = 1_795_248_000_000
const STALE_AFTER_MS = 600_000
const place = { lat: 1, lon: 2, speed: undefined, heading: undefined, ignition: undefined, status: undefined }

const NO_PLACE = { ...place, lat: undefined, lon: undefined }

describe('the feed of a scope', () => {
  let states: VehicleStates
  let feed: ScopeFeed
  let sent: LiveFrame[]
  /** by vehicle id: start of the history that the scope shows, in microseconds since 1970 */
  let members: Map<number, number> | undefined
  let epoch: number
  beforeEach(() => {
    states = new VehicleStates({ staleAfterMs: STALE_AFTER_MS })
    members = undefined
    sent = []
    epoch = 0xffff_ffff
    feed = new ScopeFeed({
      scope: 'all',
      states,
      writer: new FrameWriter(states),
      subscribers: {
        count: (_scope, format) => (format === 'binary' ? 1 : 0),
        send: (_scope, _format, frames) => sent.push(...frames.map((it) => decodeLiveFrame(it) as LiveFrame)),
      },
      metrics: createLiveMetrics(createMetrics(), { listeners: () => 1 }),
      membership: () => members && { seenFromUs: (id) => members?.get(id) },
      nextEpoch: () => (epoch = (epoch + 1) >>> 0),
      catchUpMs: 5000,
      quietMsMax: 5000,
    })
  })

  function move(vehicleId: number, atMs: number): void {
    states.mark(states.put(vehicleId, atMs * 1000, 0, place, atMs), atMs)
  }
  function tick(atMs: number): LiveFrame[] {
    sent = []
    feed.tick(atMs)
    states.clearChanged()
    return sent
  }
  const idsOf = (frames: LiveFrame[]) => frames.flatMap(({ records }) => records.map((it) => it.vehicleId))

  it('a feed begins with a frame, even an empty one, and is silent for 5 s while nothing changes', () => {
    expect(tick(NOW_MS)).to.deep.equal([{ epoch: 0, seq: 2, baseTimeMs: NOW_MS, records: [] }])
    for (let ms = 1000; ms < 5000; ms += 1000) expect(tick(NOW_MS + ms)).to.deep.equal([])
    expect(tick(NOW_MS + 5000).map(({ seq }) => seq)).to.deep.equal([3])
    move(1, NOW_MS + 6000)
    expect(tick(NOW_MS + 6000)).to.have.length(1)
    expect(tick(NOW_MS + 10_000)).to.deep.equal([])
    expect(tick(NOW_MS + 11_000)).to.have.length(1)
  })

  it('a frame has each changed vehicle once', () => {
    tick(NOW_MS)
    for (const id of [1, 2, 1, 1]) move(id, NOW_MS + 10 + id)
    expect(idsOf(tick(NOW_MS + 1000))).to.deep.equal([1, 2])
    move(2, NOW_MS + 1001)
    expect(idsOf(tick(NOW_MS + 2000))).to.deep.equal([2])
  })

  it('a new subscriber gets the changes of the last 5 s', () => {
    tick(NOW_MS)
    move(1, NOW_MS - 5001)
    move(2, NOW_MS - 5000)
    tick(NOW_MS)
    feed.catchUp()
    move(3, NOW_MS)
    expect(idsOf(tick(NOW_MS))).to.deep.equal([2, 3])
    expect(tick(NOW_MS + 1000)).to.deep.equal([])
  })

  it('a feed has only the vehicles of its scope, in their current state', () => {
    tick(NOW_MS)
    members = new Map([[2, -Infinity]])
    for (const id of [1, 2]) move(id, NOW_MS)
    expect(idsOf(tick(NOW_MS))).to.deep.equal([2])
    members = new Map()
    move(2, NOW_MS + 1)
    expect(tick(NOW_MS + 1)).to.deep.equal([])
  })

  it("no value from before the start of a vehicle's history is in the feed", () => {
    tick(NOW_MS)
    const fromMs = NOW_MS - 1000
    members = new Map([
      [1, fromMs * 1000],
      [2, fromMs * 1000],
    ])
    const say = (id: number, atMs: number, values: object) =>
      states.mark(states.put(id, atMs * 1000, 0, { ...NO_PLACE, ...values }, NOW_MS), NOW_MS)
    for (const id of [1, 2]) {
      states.setConnected(id, true)
      say(id, fromMs, { lat: 1, lon: 2 })
      say(id, fromMs - 1, { speed: 80 })
      say(id, fromMs - 1, { heading: 90 })
      say(id, fromMs - 1, { status: 'sos' })
      say(id, fromMs - 1, { ignition: true })
    }
    say(2, fromMs, { ignition: true })
    expect(tick(NOW_MS)[0]?.records).to.deep.equal([
      {
        vehicleId: 1,
        lat: 1,
        lon: 2,
        timeMs: fromMs,
        speed: undefined,
        heading: undefined,
        state: 'unknown',
        lastState: 'unknown',
        lastStateMs: fromMs,
        isStale: false,
      },
      {
        vehicleId: 2,
        lat: 1,
        lon: 2,
        timeMs: fromMs,
        speed: undefined,
        heading: undefined,
        state: 'idling',
        lastState: 'idling',
        lastStateMs: fromMs,
        isStale: false,
      },
    ])
  })

  it('an epoch begins at once, and the next one 2 s later at the earliest', () => {
    tick(NOW_MS)
    feed.renew()
    expect(tick(NOW_MS + 100)).to.deep.include({ epoch: 1, seq: 1, baseTimeMs: NOW_MS + 100, records: [] })
    feed.renew()
    move(1, NOW_MS + 150)
    expect(tick(NOW_MS + 200))
      .to.have.length(1)
      .and.have.nested.property('[0].epoch', 1)
    expect(tick(NOW_MS + 2099)).to.deep.equal([])
    const [fresh] = tick(NOW_MS + 2100)
    expect(fresh).to.include({ epoch: 2, seq: 1 })
    // No snapshot yet has the changes from just before a vehicle joined the scope.
    expect(fresh?.records).to.have.length(1)
  })

  it('changes that do not fit into one frame are sent as several', () => {
    tick(NOW_MS)
    const count = 2 * LIVE_RECORDS_MAX + 1
    for (let id = 1; id <= count; id++) move(id, NOW_MS)
    const frames = tick(NOW_MS)
    expect(frames.map(({ seq, records }) => [seq, records.length])).to.deep.equal([
      [3, LIVE_RECORDS_MAX],
      [4, LIVE_RECORDS_MAX],
      [5, 1],
    ])
    expect(new Set(idsOf(frames)).size).to.equal(count)
  })

  it('a feed has no vehicle without a position, nor a deleted one', () => {
    tick(NOW_MS)
    expect(states.setConnected(1, true)).to.equal(undefined)
    move(2, NOW_MS)
    states.forget(2)
    expect(tick(NOW_MS)).to.deep.equal([])
    move(3, NOW_MS)
    expect(tick(NOW_MS)[0]?.records).to.have.length(1)
    expect(states.count).to.equal(2)
  })

  describe('epochs for vehicles whose position is not shown', () => {
    const say = (id: number, values: object, atMs: number) =>
      states.mark(states.put(id, atMs * 1000, 0, { ...NO_PLACE, ...values }, atMs), atMs)
    /** Whether an epoch begins at a time, and not a moment earlier. */
    const renewsAt = (atMs: number) => {
      const before = tick(atMs - 1).at(-1)?.epoch ?? epoch
      return (tick(atMs).at(-1)?.epoch ?? epoch) !== before
    }
    /** Its first states have been sent, and an epoch has just begun. */
    function open(): void {
      for (const id of [1, 2]) {
        states.setConnected(id, true)
        say(id, { speed: 80 }, NOW_MS - 2000)
      }
      tick(NOW_MS - 2000)
      feed.renew()
      tick(NOW_MS)
      expect(renewsAt(NOW_MS + 10_000)).to.equal(false)
    }
    const LATER_MS = NOW_MS + 20_000

    it('an epoch begins when an alert begins or ends, once the snapshot has the change', () => {
      open()
      say(1, { status: 'sos' }, LATER_MS)
      tick(LATER_MS)
      expect(renewsAt(LATER_MS + 1500)).to.equal(true)
      expect(renewsAt(LATER_MS + 5000)).to.equal(false)
      say(1, { status: 'ok' }, LATER_MS + 6000)
      tick(LATER_MS + 6000)
      expect(renewsAt(LATER_MS + 7500)).to.equal(true)
    })

    it('an epoch begins with an alert after the start of the history, if an earlier alert is hidden', () => {
      members = new Map([[1, LATER_MS * 1000]])
      states.setConnected(1, true)
      states.put(1, (LATER_MS - 2) * 1000, 0, place, NOW_MS)
      say(1, { status: 'sos' }, LATER_MS - 1)
      tick(LATER_MS)
      feed.renew()
      tick(LATER_MS + 5000)
      say(1, { status: 'sos' }, LATER_MS + 6000)
      tick(LATER_MS + 6000)
      expect(renewsAt(LATER_MS + 7500)).to.equal(true)
    })

    for (const [what, change] of [
      ['goes offline', () => states.setConnected(1, false)],
      ['stops', () => say(1, { speed: 0 }, LATER_MS)],
    ] as const)
      it(`an epoch begins when such a vehicle ${what}`, () => {
        open()
        change()
        states.markVehicle(1, LATER_MS)
        tick(LATER_MS)
        expect(renewsAt(LATER_MS + 1500)).to.equal(true)
      })

    it('an epoch begins when such a vehicle becomes stale, because no frame reports that', () => {
      open()
      const staleMs = NOW_MS - 2000 + STALE_AFTER_MS
      states.markDue(staleMs)
      tick(staleMs)
      expect(renewsAt(staleMs + 1500)).to.equal(true)
    })

    it('no epoch begins without a visible change, nor for a deleted vehicle', () => {
      open()
      say(1, { speed: 90 }, LATER_MS)
      say(2, { speed: 0 }, LATER_MS)
      states.forget(2)
      tick(LATER_MS)
      expect(renewsAt(LATER_MS + 1500)).to.equal(false)
    })

    it('an epoch begins with the state that the vehicle had before its position', () => {
      open()
      say(1, { speed: 0 }, LATER_MS)
      tick(LATER_MS)
      expect(renewsAt(LATER_MS + 1500)).to.equal(true)
      members = new Map([[1, -Infinity]])
      say(1, { lat: 1, lon: 2, speed: 80 }, LATER_MS + 3000)
      expect(tick(LATER_MS + 3000)[0]?.records).to.have.length(1)
      members = new Map([[1, (LATER_MS + 3001) * 1000]])
      say(1, { speed: 0 }, LATER_MS + 4000)
      tick(LATER_MS + 4000)
      expect(renewsAt(LATER_MS + 5500)).to.equal(true)
    })

    it('an epoch begins for one vehicle after the other, including the last', () => {
      open()
      say(1, { status: 'sos' }, LATER_MS)
      tick(LATER_MS)
      say(2, { status: 'sos' }, LATER_MS + 1000)
      tick(LATER_MS + 1000)
      expect(renewsAt(LATER_MS + 1500)).to.equal(true)
      expect(renewsAt(LATER_MS + 3500)).to.equal(true)
      expect(renewsAt(LATER_MS + 9000)).to.equal(false)
    })

    it('epochs are rare in a large fleet, except for alerts', () => {
      open()
      for (let id = 3; id <= 10_000; id++) states.put(id, NOW_MS * 1000, 0, place, NOW_MS)
      say(1, { speed: 0 }, LATER_MS)
      tick(LATER_MS)
      expect(renewsAt(NOW_MS + 30_000)).to.equal(true)
      say(1, { speed: 80 }, NOW_MS + 31_000)
      say(2, { status: 'sos' }, NOW_MS + 31_000)
      tick(NOW_MS + 31_000)
      expect(renewsAt(NOW_MS + 32_500)).to.equal(true)
    })
  })

  it('a vehicle is in the feed again, once, when time alone has changed its state', () => {
    const due = (atMs: number) => {
      states.markDue(atMs)
      return tick(atMs)
    }
    states.setConnected(1, true)
    states.put(1, (NOW_MS - 1000) * 1000, 0, { ...place, speed: 80, status: undefined }, NOW_MS)
    states.put(1, NOW_MS * 1000, 0, { ...NO_PLACE, status: 'sos' }, NOW_MS)
    tick(NOW_MS)
    expect(due(NOW_MS + STALE_AFTER_MS - 1001).flatMap(({ records }) => records)).to.deep.equal([])
    const [first] = due(NOW_MS + STALE_AFTER_MS - 1000).flatMap(({ records }) => records)
    expect(first).to.include({ state: 'alert', speed: undefined, isStale: false })
    const [second] = due(NOW_MS + STALE_AFTER_MS).flatMap(({ records }) => records)
    expect(second).to.include({ state: 'stale', lastState: 'alert', lastStateMs: NOW_MS, isStale: true })
    expect(due(NOW_MS + 3 * STALE_AFTER_MS).flatMap(({ records }) => records)).to.deep.equal([])
  })

  it('a vehicle whose device reports over HTTP is online in the feed until the reports end', () => {
    move(1, NOW_MS)
    expect(states.setReported(1, NOW_MS, NOW_MS)).to.equal(0)
    expect(states.setReported(1, NOW_MS + 1, NOW_MS + 1)).to.equal(undefined)
    expect(tick(NOW_MS + 1)[0]?.records[0]?.state).to.equal('unknown')
    states.put(1, (NOW_MS + 1000) * 1000, 0, place, NOW_MS + 1000)
    states.markDue(NOW_MS + STALE_AFTER_MS + 1)
    expect(tick(NOW_MS + STALE_AFTER_MS + 1).at(-1)?.records[0]?.state).to.equal('offline')
  })
})
