import { effect } from '@preact/signals'
import { expect } from 'chai'
import { encodeLiveFrame } from '../../../contract/live-frame.ts'
import { createFrameMerge, type FrameMerge } from '../../../dashboard/live/frame-merge.ts'
import { VehicleTable, type VehicleSnapshot } from '../../../dashboard/live/vehicle-table.ts'
import { eventually } from '../../support/eventually.ts'

const T0 = Date.UTC(2026, 10, 22)
/** Its clock and its timers are so many times as fast as ours: it waits for seconds. */
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
  /** what the clock is ahead by */
  let aheadMs = 0
  /** of each snapshot that was asked for, in order */
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

  /** The picture after a first snapshot of two vehicles. */
  async function begin(): Promise<void> {
    const synced = merge.sync()
    asked[0]?.answer([vehicle(1, 59), vehicle(2, 60)])
    await synced
    // The pace of the snapshots is tested by itself.
    aheadMs += 60_000
  }
  const latOf = (key: string) => table.lat[table.rowOf(key) ?? -1]

  it('holds the frames that come while the snapshot is on its way, and then applies them', async () => {
    const synced = merge.sync()
    merge.take(frame(11, 1, 59.5))
    expect(table.count).to.equal(0)
    asked[0]?.answer([vehicle(1, 59), vehicle(2, 60)])
    await synced
    expect([latOf('v1'), latOf('v2')]).to.deep.equal([59.5, 60])
    merge.take(frame(12, 2, 60.5))
    expect(latOf('v2')).to.equal(60.5)
  })

  it('keeps what a frame told from being undone by an older snapshot', async () => {
    const synced = merge.sync()
    merge.take(frame(11, 1, 59.5))
    asked[0]?.answer([vehicle(1, 59.9, T0 + 60_000)])
    await synced
    expect(latOf('v1')).to.equal(59.9)
  })

  for (const [what, payload] of [
    ['a gap', frame(4, 1, 59.3)],
    ['a feed that began anew', frame(1, 1, 59.3, { epoch: 8, timeMs: T0 + 3000 })],
    ['a vehicle that is not known', frame(3, 9, 59.3)],
  ] as const) {
    it(`asks for a snapshot after ${what}`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      expect(asked).to.have.length(1)
      merge.take(payload)
      await eventually('a second one', () => asked.length === 2)
      asked[1]?.answer([vehicle(1, 59), vehicle(2, 60), vehicle(9, 61)])
      await eventually('three vehicles', () => table.count === 3)
      expect(latOf('v1')).to.be.greaterThan(59)
    })
  }

  for (const [what, payload] of [
    ['a gap', frame(6, 1, 59.6)],
    ['the position of a vehicle that is not known', frame(3, 9, 59.3)],
  ] as const) {
    it(`waits 2 s after ${what}, until the API can have what was lost`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      const sinceMs = now()
      merge.take(payload)
      await eventually('a second one', () => asked.length === 2)
      expect(now() - sinceMs).to.be.greaterThan(1990)
    })
  }

  for (const when of ['just before it asked', 'while the snapshot was on its way']) {
    it(`asks once more when another gap came ${when}`, async () => {
      await begin()
      merge.take(frame(2, 1, 59.1))
      merge.take(frame(4, 1, 59.3))
      if (when === 'just before it asked') {
        merge.take(frame(6, 1, 59.6))
        // As if a second had passed between the two: the snapshot is asked for one after the latter.
        aheadMs -= 1000
      }
      await eventually('a second one', () => asked.length === 2)
      if (when !== 'just before it asked') merge.take(frame(6, 1, 59.6))
      asked[1]?.answer([vehicle(1, 59), vehicle(2, 60)])
      await eventually('a third one', () => asked.length === 3, 7000)
    })
  }

  it('shows what came after a gap before the snapshot is there', async () => {
    await begin()
    merge.take(frame(2, 1, 59.1))
    merge.take(frame(4, 1, 59.3))
    expect(latOf('v1')).to.equal(59.3)
  })

  it('lets a snapshot that cannot be got cost none of the frames that came meanwhile', async () => {
    await begin()
    merge.take(frame(2, 1, 59.1))
    merge.take(frame(4, 1, 59.3))
    await eventually('a second one', () => asked.length === 2)
    merge.take(frame(5, 2, 60.4))
    expect(latOf('v2')).to.equal(60)
    asked[1]?.fail()
    await eventually('the frame', () => latOf('v2') === 60.4)
  })

  it('tells the one who asked that the first snapshot cannot be got', async () => {
    const synced = merge.sync().catch((error: unknown) => error)
    asked[0]?.fail()
    expect(await synced).to.have.property('message', 'away')
  })

  it('gives up a snapshot for a newer one', async () => {
    const first = merge.sync().catch(() => 'given up')
    const second = merge.sync()
    expect(asked[0]?.signal.aborted).to.equal(true)
    asked[1]?.answer([vehicle(1, 59)])
    await second
    asked[0]?.answer([])
    expect(await first).to.equal('given up')
    expect(table.count).to.equal(1)
  })

  it('is drawn once, however many frames came while nobody looked', async () => {
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

  it('touches nothing while nobody looks, and catches up when somebody does', async () => {
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

  it('asks for a snapshot when nobody looked for too long', async () => {
    await begin()
    merge.setHidden(true)
    for (let seq = 1; seq <= 700; seq++) merge.take(frame(seq, 1, 59.2))
    expect(asked).to.have.length(1)
    merge.setHidden(false)
    await eventually('a second one', () => asked.length === 2)
  })

  it('skips what is no frame', async () => {
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
