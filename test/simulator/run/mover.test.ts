import { expect } from 'chai'
import type { MovedLine } from '../../../simulator/journal/line.ts'
import { createMover, type Mover } from '../../../simulator/run/mover.ts'
import { eventually } from '../../support/eventually.ts'

const credentials = () =>
  ['a', 'a', 'b', 'b'].map((vehicle, at) => ({ clientId: `d${at}`, userName: 'u', token: 't', vehicle }))
const groups = [
  [0, 1],
  [2, 3],
]

describe('moving devices', function () {
  this.timeout(20_000)
  let mover: Mover | undefined
  let fleet: ReturnType<typeof credentials>
  let moved: MovedLine[]
  let events: string[]
  let losses: number
  beforeEach(() => {
    fleet = credentials()
    moved = []
    events = []
    losses = 0
  })
  afterEach(() => mover?.close())

  /** Always moves the first device of `a` to `b`, because the random numbers are always the same. */
  function open(moveDevice: () => Promise<void>): Mover {
    let draws = 0
    return (mover = createMover({
      api: { moveDevice },
      everyMs: 10,
      credentials: fleet,
      groups,
      devices: fleet.map((_, at) => ({
        moveTo: (vehicle) => void events.push(`d${at} to ${vehicle}`),
        losses: () => losses,
      })),
      journal: { moved: (it) => moved.push(it) },
      random: () => (draws++ % 2 === 0 ? 0 : 0.9),
      onMoved: () => events.push('counted'),
    }))
  }

  it('a move is journaled before the device uses its new vehicle, while its group pauses', async () => {
    const opened = open(async () => {
      events.push('asked')
      expect(opened.isPaused(groups[0]!)).to.equal(true)
      expect(opened.isPaused(groups[1]!)).to.equal(false)
    })
    await eventually('the move is counted', () => events.includes('counted'))
    expect(events.slice(0, 3)).to.deep.equal(['asked', 'd0 to b', 'counted'])
    const [line] = moved
    expect(line).to.include({ moved: 'd0', from: 'a', to: 'b' })
    const [after, at] = [line?.after ?? 0, line?.at ?? 0]
    expect(at).to.be.at.least(after)
    expect(fleet[0]?.vehicle).to.equal('b')
    losses++
    await eventually('the group measures again', () => !opened.isPaused(groups[0]!))
    expect(Date.now() - at, 'a whole second later').to.be.greaterThan(1000)
  })

  it('a move is retried until the API answers, and the journal has the whole time', async () => {
    let asked = 0
    open(() => (++asked < 3 ? Promise.reject(new Error('away')) : Promise.resolve()))
    await eventually('the move is counted', () => events.includes('counted'), 15_000)
    expect(asked).to.equal(3)
    expect((moved[0]?.at ?? 0) - (moved[0]?.after ?? 0)).to.be.at.least(1900)
    losses++
  })
})
