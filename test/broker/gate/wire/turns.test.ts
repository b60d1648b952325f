import { expect } from 'chai'
import type { Turn } from '../../../../broker/gate/wire/connection-turn.ts'
import { createTurns, type Turns } from '../../../../broker/gate/wire/turns.ts'
import { eventually } from '../../../support/eventually.ts'

/** More than a quiet device sends in a tenth of a second, in one message. */
const MESSAGES = 200

describe('turns of connections', () => {
  let turns: Turns
  let nowMs: number
  beforeEach(() => {
    turns = createTurns()
    nowMs = performance.now()
  })

  function connect() {
    const edge = {
      destroyed: false,
      isHeld: false,
      hold: () => (edge.isHeld = true),
      release: () => (edge.isHeld = false),
    }
    return { edge, turn: turns.of(edge) }
  }

  /** Sends now and then, so that another connection is active. */
  function sendLittle(turn: Turn): void {
    for (const atMs of [nowMs - 400, nowMs - 200, nowMs]) {
      turn.taken(100, atMs)
      turn.settled(atMs)
    }
  }

  /** Sends a little, then much until it is held: `alone`, or after another connection has also sent a little. */
  function sendMuch({ edge, turn }: ReturnType<typeof connect>, alone?: 'alone'): number {
    let taken = 0
    sendLittle(turn)
    if (alone === undefined) sendLittle(connect().turn)
    while (!edge.isHeld && taken < MESSAGES) {
      turn.taken(1000, nowMs)
      taken++
    }
    return taken
  }

  it('a connection alone takes no turns, even if it was quiet before', () => {
    const one = connect()
    expect(sendMuch(one, 'alone')).to.equal(MESSAGES)
    expect(one.edge.isHeld).to.equal(false)
  })

  it('a turn ends when all of its messages are settled, and not before', async () => {
    const [first, second] = [connect(), connect()]
    const [ofFirst, ofSecond] = [sendMuch(first), sendMuch(second)]
    expect([first.edge.isHeld, second.edge.isHeld]).to.deep.equal([true, true])
    for (let n = 1; n < ofFirst; n++) first.turn.settled(nowMs + 1)
    for (let n = 1; n <= ofSecond; n++) second.turn.settled(nowMs + 1)
    await eventually('the second continues', () => !second.edge.isHeld)
    // The first would have continued before the second.
    expect(first.edge.isHeld).to.equal(true)
    first.turn.settled(nowMs + 2)
    await eventually('the first continues', () => !first.edge.isHeld)
  })

  it('a turn does not wait for a closed connection', async () => {
    const [first, second] = [connect(), connect()]
    const [ofFirst, ofSecond] = [sendMuch(first), sendMuch(second)]
    first.edge.destroyed = true
    for (let n = 0; n < ofFirst; n++) first.turn.settled(nowMs + 1)
    for (let n = 0; n < ofSecond; n++) second.turn.settled(nowMs + 1)
    await eventually('the second continues', () => !second.edge.isHeld)
    expect(first.edge.isHeld).to.equal(true)
  })
})
