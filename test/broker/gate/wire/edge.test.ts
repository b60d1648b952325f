import { Duplex } from 'node:stream'
import { expect } from 'chai'
import { generate, type Packet } from 'mqtt-packet'
import { Edge, type EdgeProblem } from '../../../../broker/gate/wire/edge.ts'
import { countHolds, HOLDS, type HoldReason } from '../../../../broker/gate/wire/hold.ts'
import { GATE_LIMITS } from '../../../../broker/gate/limits.ts'
import { reasonToClose, type Session } from '../../../../broker/gate/sessions/session.ts'
import { eventually } from '../../../support/eventually.ts'
import { publishPacket } from '../../../support/packets.ts'

/** A socket whose other side is the test. */
class TestSocket extends Duplex {
  written = 0
  reads = false
  #waiting: (() => void) | undefined

  receive(...packets: Packet[]): void {
    this.push(Buffer.concat(packets.map((packet) => generate(packet))))
  }

  startReading(): void {
    this.reads = true
    this.#waiting?.()
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.written += chunk.length
    if (this.reads) callback()
    else this.#waiting = callback
  }
}

function openEdge() {
  const socket = new TestSocket()
  const problems: EdgeProblem[] = []
  const onProblem = (problem: EdgeProblem) => void problems.push(problem)
  const edge = new Edge({ socket, connectBytesMax: 1000, packetBytesMax: 10_000, onProblem })
  const taken: string[] = []
  const settle: ((taken: boolean) => void)[] = []
  edge.open('t', {
    take(payload, settled) {
      taken.push(payload.toString())
      settle.push(settled)
    },
    noteOversize() {},
  })
  return { socket, edge, taken, settle, problems }
}

const publish = (id: number) => publishPacket('t', id, 1, String(id))
const turn = () => new Promise(setImmediate)

describe('edges', () => {
  it('an edge held back for several reasons is read after the last one is released', async () => {
    const { socket, edge, taken } = openEdge()
    edge.hold('pressure')
    edge.hold('rate')
    edge.hold('rate')
    socket.receive(publish(1))
    // As from a WebSocket, where one read may give several chunks.
    socket.emit('data', generate(publish(2)))
    await turn()
    edge.release('rate')
    await turn()
    expect(taken).to.deep.equal([])
    expect(edge.isHeldBack).to.equal(true)
    edge.release('pressure')
    await eventually('both messages are taken', () => taken.length === 2)
    expect(edge.isHeldBack).to.equal(false)
  })

  it('an edge held back in the middle of a chunk takes the rest later, in order', async () => {
    const { socket, edge, taken, settle } = openEdge()
    socket.receive(...Array.from({ length: 1500 }, (_, n) => publish(n + 1)))
    await eventually('the first thousand messages are taken', () => taken.length >= 1000)
    socket.receive(publish(1501))
    await turn()
    expect(taken.length).to.equal(1000)
    expect(edge.isHeldBy('messages')).to.equal(true)
    for (const settled of settle.splice(0)) settled(true)
    await eventually('the remaining messages are taken', () => taken.length === 1501)
    expect(taken).to.deep.equal(Array.from({ length: 1501 }, (_, n) => String(n + 1)))
  })

  it('an edge that ends while it is held back takes what it had read', async () => {
    const { socket, edge, taken, settle } = openEdge()
    socket.receive(...Array.from({ length: 1100 }, (_, n) => publish(n + 1)))
    await eventually('the first thousand messages are taken', () => taken.length === 1000)
    // As net.Socket does: it emits its end even while it is paused.
    socket.push(null)
    socket.read(0)
    let ended = false
    edge.on('end', () => (ended = true)).resume()
    await turn()
    expect(ended).to.equal(false)
    for (const settled of settle.splice(0)) settled(true)
    await eventually('the edge has ended', () => ended)
    expect(taken.length).to.equal(1100)
  })

  it('a destroyed edge discards the bytes that it kept', async () => {
    const { socket, edge, taken } = openEdge()
    edge.hold('rate')
    socket.receive(publish(1))
    await turn()
    edge.destroy()
    edge.release('rate')
    await turn()
    expect(taken).to.deep.equal([])
  })

  it('a finishing edge still reads, so late bytes do not reset the connection', () => {
    const { socket, edge } = openEdge()
    edge.hold('closing')
    edge.finish()
    edge.release('closing')
    edge.hold('rate')
    expect(socket.isPaused()).to.equal(false)
  })

  it('an edge knows since when its peer has not read, and when the peer reads again', async () => {
    const { socket, edge } = openEdge()
    const session = { edge, identity: undefined, loginUntilMs: Infinity } as Session
    const now = Date.now()
    edge.write(Buffer.alloc(200_000))
    expect(edge.unreadSinceMs).to.be.within(now, now + 1000)
    expect(socket.written).to.be.lessThan(40_000)
    const since = edge.unreadSinceMs
    const after = (ms: number) => reasonToClose(session, since + ms, GATE_LIMITS)
    expect(after(GATE_LIMITS.unreadMaxMs)).to.equal(undefined)
    expect(after(GATE_LIMITS.unreadMaxMs + 1)).to.equal('unread')
    socket.startReading()
    await eventually('everything is written', () => socket.written === 200_000)
    await turn()
    expect(edge.unreadSinceMs).to.equal(0)
    expect(after(1e9)).to.equal(undefined)
  })

  it('an edge is counted once for each reason that holds it back', () => {
    const edges = [openEdge().edge, openEdge().edge, openEdge().edge]
    for (const reason of Object.keys(HOLDS) as HoldReason[]) edges[0]?.hold(reason)
    edges[1]?.hold('rate')
    expect(countHolds(edges)).to.deep.equal({
      login: 1,
      messages: 1,
      unsent: 1,
      queue: 1,
      pressure: 1,
      rate: 2,
      turn: 1,
      closing: 1,
      order: 1,
    })
  })
})
