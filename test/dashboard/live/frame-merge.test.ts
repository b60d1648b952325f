import { effect } from '@preact/signals'
import { expect } from 'chai'
import { encodeLiveFrame } from '../../../contract/live-frame.ts'
import { createFrameMerge, type FrameMerge } from '../../../dashboard/live/frame-merge.ts'
import { VehicleTable, type VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'
import { eventually } from '../../support/eventually.ts'

const T0 = Date.UTC(2026, 10, 22)
/** Clock and timers are this many times as fast, as the waits are seconds. */
const SPEED = 20
const now = () => performance.now() * SPEED
const { setTimeout: setTimer } = globalThis
const vehicle = (id: number, lat: number, timeMs = T0): VehicleSnapshot => ({
  id,
  vehicle: `v${id}`,
  name: '',
  group: null,
  state: 'moving',
  lat,
  lon: 18,
  time: new Date(timeMs).toISOString(),
})
const frame = (seq: number, id: number, lat: number, { epoch = 7, timeMs = T0 + seq * 1000 } = {}) =>
  encodeLiveFrame({ epoch, seq, baseTimeMs: timeMs }, [
    {
      vehicleId: id,
      lat,
      lon: 18,
      timeMs,
      speed: undefined,
      heading: undefined,
      state: 'moving',
      lastState: 'moving',
      lastStateMs: timeMs,
      isStale: false,
    },
  ])

describe('merging frames', () => {
  let table: VehicleTable
  let merge: FrameMerge
  /** offset of the clock */
  let aheadMs = 0
  /** the requests for snapshots, in order */
  let asked: { answer(vehicles: VehicleSnapshot[]): void; fail(): void; signal: AbortSignal }[]

  before(() => {
    const setFastTimer = (run: () => void, ms = 0) => setTimer(run, Math.ceil(ms / SPEED) + 1)
    globalThis.setTimeout = setFastTimer as typeof setTimeout
  })
  after(() => {
    globalThis.setTimeout = setTimer
  })
  beforeEach(() => {
    table = new VehicleTable()
    asked = []
    aheadMs = 0
    merge = createFrameMerge({
      table,
      getSnapshot: async (signal) =>
        new Promise((answer, reject) =>
          asked.push({ answer, fail: () => reject(new Error('away')), signal }),
        ),
      now: () => now() + aheadMs,
      random: () => 0,
    })
  })
  afterEach(() => merge.stop())

  /** Loads a first snapshot of two vehicles. */
  async function begin(): Promise<void> {
    const synced = merge.sync()
    asked[0]?.answer([vehicle(1, 59), vehicle(2, 60)])
    await synced
    // resync-pace.test.ts tests the pace of snapshots.
    aheadMs += 60_000
  }
  const latOf = (key: string) => table.lat[table.rowOf(key) ?? -1]

  it('frames that come while a snapshot is loading are held and then applied', async () => {
    const synced = merge.sync()
    merge.take(frame(11, 1, 59.5))
    expect(table.count).to.equal(0)
    asked[0]?.answer([vehicle(1, 59), vehicle(2, 60)])
    await synced
    expect([latOf('v1'), latOf('v2')]).to.deep.equal([59.5, 60])
    merge.take(frame(12, 2, 60.5))
    expect(latOf('v2')).to.equal(60.5)
  })

  it('an older snapshot does not undo a frame', async () => {
    const synced = merge.sync()
    merge.take(frame(11, 1, 59.5))
    asked[0]?.answer([vehicle(1, 59.9, T0 + 60_000)])
    await synced
    expect(latOf('v1')).to.equal(59.9)
  })

  for (const [what, payload] of [
    ['a gap', frame(4, 1, 59.3)],
    ['a new epoch of the feed', frame(1, 1, 59.3, { epoch: 8, timeMs: T0 + 3000 })],
    ['an unknown vehicle', frame(3, 9, 59.3)],
  ] as const) {
    it(`a snapshot is requested after ${what}`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      expect(asked).to.have.length(1)
      merge.take(payload)
      await eventually('a second snapshot is requested', () => asked.length === 2)
      asked[1]?.answer([vehicle(1, 59), vehicle(2, 60), vehicle(9, 61)])
      await eventually('three vehicles', () => table.count === 3)
      expect(latOf('v1')).to.be.greaterThan(59)
    })
  }

  for (const [what, payload] of [
    ['a gap', frame(6, 1, 59.6)],
    ['the position of an unknown vehicle', frame(3, 9, 59.3)],
  ] as const) {
    it(`the snapshot after ${what} waits 2 s, until the API can have what was lost`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      const sinceMs = now()
      merge.take(payload)
      await eventually('a second snapshot is requested', () => asked.length === 2)
      expect(now() - sinceMs).to.be.greaterThan(1990)
    })
  }

  for (const when of ['just before the request', 'while the snapshot was loading']) {
    it(`a gap ${when} requests another snapshot`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      merge.take(frame(4, 1, 59.3))
      if (when === 'just before the request') {
        merge.take(frame(6, 1, 59.6))
        // As if a second had passed between the gaps: the snapshot is requested a second after the later one.
        aheadMs -= 1000
      }
      await eventually('a second snapshot is requested', () => asked.length === 2)
      if (when !== 'just before the request') merge.take(frame(6, 1, 59.6))
      asked[1]?.answer([vehicle(1, 59), vehicle(2, 60)])
      await eventually('a third snapshot is requested', () => asked.length === 3, 7000)
    })
  }

  it('frames after a gap are applied before the snapshot comes', async () => {
    await begin()
    merge.take(frame(2, 1, 59.1))
    merge.take(frame(4, 1, 59.3))
    expect(latOf('v1')).to.equal(59.3)
  })

  it('a snapshot that fails loses none of the frames that came meanwhile', async () => {
    await begin()
    merge.take(frame(2, 1, 59.1))
    merge.take(frame(4, 1, 59.3))
    await eventually('a second snapshot is requested', () => asked.length === 2)
    merge.take(frame(5, 2, 60.4))
    expect(latOf('v2')).to.equal(60)
    asked[1]?.fail()
    await eventually('the frame', () => latOf('v2') === 60.4)
  })

  it('a failure of the first snapshot is reported to the caller', async () => {
    const synced = merge.sync().catch((error: unknown) => error)
    asked[0]?.fail()
    expect(await synced).to.have.property('message', 'away')
  })

  it('a snapshot is given up for a newer one', async () => {
    const first = merge.sync().catch(() => 'given up')
    const second = merge.sync()
    expect(asked[0]?.signal.aborted).to.equal(true)
    asked[1]?.answer([vehicle(1, 59)])
    await second
    asked[0]?.answer([])
    expect(await first).to.equal('given up')
    expect(table.count).to.equal(1)
  })

  it('frames held while the page was hidden are drawn once', async () => {
    await begin()
    merge.setHidden(true)
    for (let seq = 1; seq <= 100; seq++) merge.take(frame(seq, 1, 59 + seq / 1000))
    let drawn = -1
    const stop = effect(() => {
      void table.values.value
      drawn++
    })
    merge.setHidden(false)
    stop()
    expect(latOf('v1')).to.equal(59.1)
    expect(drawn).to.equal(1)
  })

  it('a hidden page changes nothing, and catches up when it is shown', async () => {
    await begin()
    const before = table.values.value
    merge.setHidden(true)
    merge.take(frame(1, 1, 59.1))
    merge.take(frame(2, 1, 59.2))
    expect(table.values.value).to.equal(before)
    merge.setHidden(false)
    expect(latOf('v1')).to.equal(59.2)
    expect(asked).to.have.length(1)
  })

  it('a page hidden for too long requests a snapshot', async () => {
    await begin()
    merge.setHidden(true)
    for (let seq = 1; seq <= 700; seq++) merge.take(frame(seq, 1, 59.2))
    expect(asked).to.have.length(1)
    merge.setHidden(false)
    await eventually('a second snapshot is requested', () => asked.length === 2)
  })

  it('a payload that is not a frame is skipped', async () => {
    await begin()
    const { warn } = console
    const said: unknown[] = []
    console.warn = (text: unknown) => said.push(text)
    try {
      merge.take(new Uint8Array(3))
    } finally {
      console.warn = warn
    }
    expect(said).to.have.length(1)
    merge.take(frame(1, 1, 59.1))
    expect(latOf('v1')).to.equal(59.1)
  })
})
