import { Duplex } from 'node:stream'
import { BEGINNING_BYTES_MAX } from '../../contract/intake.ts'
import { AckQueue } from './ack-queue.ts'
import { findConnectFault, type ConnectFault } from './connect-check.ts'
import { Frames, type FrameProblem } from './frames.ts'
import { HOLDS, type HoldReason } from './hold.ts'
import { CONNECT, findPacketFault, type PacketFault } from './packet-check.ts'
import { isRefusedByAedes, isSessionTopic, readTopic, setTopicAside } from './publish-topic.ts'
import { looksLikeTelemetry } from './telemetry-topic.ts'

/** `not_taken`: the message could not be taken. */
export type EdgeProblem = FrameProblem | PacketFault['problem'] | 'malformed_connect' | 'not_taken'

/** Takes the telemetry of one connection. `packetId` is 0 with QoS 0. */
export interface TelemetryTaker {
  /**
   * Calls back when the message may be acknowledged: with true, or with false when it could not be taken. `topic` is given if
   * it is not the connection's own telemetry topic.
   */
  take(payload: Buffer, settled: (taken: boolean) => void, packetId: number, topic?: string): void
  /** Takes the beginning of a message of `bytes` that is too large. Calls back when that is noted; the connection ends then. */
  noteOversize(beginning: Buffer, bytes: number, noted: () => void, packetId: number): void
}

export interface EdgeOptions {
  /** TCP, TLS or WebSocket */
  socket: Duplex
  /** the largest packet before the connection is authenticated, and after */
  connectBytesMax: number
  packetBytesMax: number
  /** Called with what makes the edge end the connection, before it does. */
  onProblem: (problem: EdgeProblem, detail?: string) => void
  /** Called with a CONNECT that the edge refuses with a CONNACK, before it does. */
  onRefused?: (fault: ConnectFault) => void
}

/** Publishes of one connection that are held, at most, before its socket is not read any more; it is read again at half. */
const HELD_MESSAGES_MAX = 1000
const HELD_BYTES_MAX = 1024 * 1024
/** Acknowledgements and messages that the other side does not read, before we stop reading as well. */
const UNSENT_BYTES_MAX = 256 * 1024
/** What is written at once when much waits, so that a slow reader is seen to read. */
const WRITE_BYTES_MAX = 32 * 1024
/** Time for the beginning of a packet that is too large; after it the bytes that are there are noted. */
const OVERSIZE_WAIT_MS = 5000
/** Time for the other side to read its CONNACK and close; then the connection is destroyed. */
const REFUSED_WAIT_MS = 1000

const PUBLISH = 3
const PUBACK = 4
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const QOS_2 = 2
/** The first byte of a PUBLISH with QoS 0 and DUP, RETAIN aside; it is malformed [MQTT-3.3.1-2]. */
const DUP_QOS_0 = 0x38

/**
 * The connection as aedes sees it. Bytes pass through both ways. Once it is open, publishes with QoS 0 and 1 to
 * the connection's own telemetry topic, or to one that looks like it, are taken out and acknowledged from here. So a held
 * acknowledgement delays nothing else on the connection, a PINGREQ for one. Acknowledgements that are due at once are one
 * write: aedes spends more on a publish than validating and storing it costs.
 */
export class Edge extends Duplex {
  /** milliseconds since 1970 of the last packet */
  lastPacketMs = Date.now()
  /** milliseconds since 1970 since when the other side has read nothing of what waits for it; 0 when nothing waits */
  unreadSinceMs = 0
  /** with what the socket failed, whose other side has vanished or does not speak WebSocket */
  socketError: Error | undefined
  /** Asked for each PUBACK: true when it is for something that did not come from aedes, which then does not see it. */
  takePuback: ((packetId: number) => boolean) | undefined

  /** why the socket is not read, as bits of HOLDS; while there is one, silence means nothing */
  get holds(): number {
    return this.#holds
  }

  get isHeldBack(): boolean {
    return this.#holds !== 0
  }

  isHeldBy(reason: HoldReason): boolean {
    return (this.#holds & HOLDS[reason]) !== 0
  }

  /** the other side reads so slowly that what it can do without should not be sent */
  get isSlow(): boolean {
    return this.writableLength > UNSENT_BYTES_MAX / 2
  }

  readonly #socket: Duplex
  readonly #frames: Frames
  readonly #acks = new AckQueue()
  readonly #packetBytesMax: number
  readonly #onProblem: EdgeOptions['onProblem']
  readonly #onRefused: EdgeOptions['onRefused']
  #topic: Buffer | undefined
  #taker: TelemetryTaker | undefined
  #oversizeTimer: NodeJS.Timeout | undefined
  #onBytes: ((count: number) => void) | undefined
  #isOpen = false
  #hasConnect = false
  #held = 0
  #heldBytes = 0
  #holds = 0
  #ended = false
  /** the other side has gone while the login was decided */
  #isClosed = false
  #finishing = false
  #ackScheduled = false

  constructor({ socket, connectBytesMax, packetBytesMax, onProblem, onRefused }: EdgeOptions) {
    // Below the mark a write never has to wait, so that a slow reader holds up nobody who sends to it.
    super({ allowHalfOpen: false, writableHighWaterMark: UNSENT_BYTES_MAX })
    this.#socket = socket
    this.#packetBytesMax = packetBytesMax
    this.#onProblem = onProblem
    this.#onRefused = onRefused
    this.#frames = new Frames(connectBytesMax, (bytes, start, bodyAt, end) =>
      this.#onPacket(bytes, start, bodyAt, end),
    )
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => {
      this.#ended = true
      if (this.#holds === 0) this.push(null)
    })
    socket.on('error', (error) => {
      this.socketError ??= error
      this.destroy(error)
    })
    socket.on('close', () => this.#onClosed())
    this.on('drain', () => this.release('unsent'))
  }

  /**
   * Takes the bytes behind an accepted CONNECT, and allows larger packets. Telemetry on `topic`, or on one that looks like it,
   * goes to `taker`. `onBytes` is called for everything that is read from now on.
   */
  open(topic?: string, taker?: TelemetryTaker, onBytes?: (count: number) => void): void {
    this.#frames.packetBytesMax = this.#packetBytesMax
    this.#isOpen = true
    this.#hasConnect = true
    this.#onBytes = onBytes
    if (topic !== undefined && taker !== undefined) {
      this.#topic = Buffer.from(topic)
      this.#taker = taker
      this.#frames.onOversize = (...beginning) => this.#onOversize(...beginning)
    }
    this.release('login')
  }

  /** Takes nothing more, from the next packet on, until every reason to hold it back is gone. */
  hold(reason: HoldReason): void {
    if (this.#finishing) return
    if (this.#holds === 0) {
      this.#frames.paused = true
      this.#socket.pause()
    }
    this.#holds |= HOLDS[reason]
  }

  release(reason: HoldReason): void {
    if (!this.isHeldBy(reason)) return
    this.#holds &= ~HOLDS[reason]
    if (this.#isClosed && reason === 'login') setImmediate(() => this.destroy())
    if (this.#holds !== 0 || this.#finishing || this.destroyed) return
    // Its silence counts from now: before, nobody listened.
    this.lastPacketMs = Date.now()
    const problem = this.#frames.resume()
    if (problem !== undefined) return this.#fail(problem)
    // What was kept may have been enough to hold it back again.
    if (this.isHeldBack || this.destroyed) return
    if (this.#ended) this.push(null)
    else this.#socket.resume()
  }

  /**
   * Takes no more packets, and ends the connection in a way that lets the other side read what was sent: with unread
   * bytes in the receive buffer, a socket that is destroyed at once resets the connection.
   */
  finish(): void {
    if (this.#finishing) return
    this.#finishing = true
    this.end()
    this.#socket.resume()
  }

  /** Stops taking packets; those that arrive from now on are not acknowledged. */
  stopReading(): void {
    this.hold('closing')
  }

  override _read(): void {
    this.release('queue')
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#isClosed) return callback()
    for (let at = 0; at < chunk.length; at += WRITE_BYTES_MAX) {
      const end = at + WRITE_BYTES_MAX
      if (this.#socket.write(chunk.length <= WRITE_BYTES_MAX ? chunk : chunk.subarray(at, end))) continue
      this.unreadSinceMs = Date.now()
      this.#socket.once('drain', () => {
        this.unreadSinceMs = 0
        if (end >= chunk.length) callback()
        else this._write(chunk.subarray(end), 'utf8', callback)
      })
      return
    }
    callback()
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(callback)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#oversizeTimer)
    this.#socket.destroy()
    this.#frames.clear()
    callback(error)
  }

  /** Packets behind a CONNECT are taken once the login is accepted, even if the device has already disconnected. */
  #onClosed(): void {
    if (this.isHeldBy('login') && this.socketError === undefined) this.#isClosed = true
    else this.destroy()
  }

  #onData(chunk: Buffer): void {
    this.lastPacketMs = Date.now()
    if (this.#finishing || this.destroyed) return
    this.#onBytes?.(chunk.length)
    const problem = this.#frames.feed(chunk)
    if (problem !== undefined) this.#fail(problem)
    else if (this.#frames.isGatheringOversize) this.#limitOversize()
  }

  #limitOversize(): void {
    this.#oversizeTimer ??= setTimeout(() => {
      const problem = this.#frames.endOversize()
      if (problem !== undefined) this.#fail(problem)
    }, OVERSIZE_WAIT_MS).unref()
  }

  #onOversize(bytes: Buffer, start: number, bodyAt: number, end: number, packetBytes: number): boolean {
    if (this.destroyed) return false
    const qos = ((bytes[start] ?? 0) >> 1) & 3
    const topic = readTopic(bytes, bodyAt, end)
    if (qos > QOS_2 || topic === undefined || !this.#isMeantForTaker(topic.toString('utf8'))) return false
    const topicEnd = bodyAt + 2 + bytes.readUInt16BE(bodyAt)
    const payloadAt = qos === 0 ? topicEnd : topicEnd + 2
    if (payloadAt > end) return false
    // The rest of the packet is not read.
    clearTimeout(this.#oversizeTimer)
    this.stopReading()
    const beginning = Buffer.from(bytes.subarray(payloadAt, Math.min(end, payloadAt + BEGINNING_BYTES_MAX)))
    // After the acknowledgements that are due in this turn of the event loop.
    const noted = (): void => void setImmediate(() => this.#fail('packet_too_large'))
    const packetId = qos === 0 ? 0 : bytes.readUInt16BE(topicEnd)
    this.#taker?.noteOversize(beginning, start + packetBytes - payloadAt, noted, packetId)
    return true
  }

  #fail(problem: EdgeProblem, detail?: string): void {
    if (this.destroyed) return
    this.#onProblem(problem, detail)
    this.destroy()
  }

  /** Answers a CONNECT that aedes is not given, and ends the connection. */
  #refuse(fault: ConnectFault & { connack: Buffer }): void {
    this.#onRefused?.(fault)
    this.hold('closing')
    this.write(fault.connack)
    this.finish()
    setTimeout(() => this.destroy(), REFUSED_WAIT_MS).unref()
  }

  #onPacket(bytes: Buffer, start: number, bodyAt: number, end: number): void {
    if (this.destroyed) return
    const first = bytes[start] ?? 0
    const qos = (first >> 1) & 3
    const type = first >> 4
    if (type === PUBLISH && this.#isOpen) {
      if (!this.#isOwnTelemetry(bytes, bodyAt, end)) return this.#onOtherTopic(bytes, start, bodyAt, end)
      if (qos < QOS_2 && (first & 0xfe) !== DUP_QOS_0)
        return this.#onTelemetry(bytes, bodyAt + 2 + (this.#topic?.length ?? 0), end, qos)
    }
    if (!this.#isWellFormed(bytes, start, bodyAt, end)) return
    if (type === PUBACK && this.takePuback?.(bytes.readUInt16BE(bodyAt))) return
    // Nothing that comes after a CONNECT means anything before that is decided.
    if (!this.#isOpen) this.hold('login')
    // aedes begins with all packets that are there at once, and would keep no order between these.
    if (type === SUBSCRIBE || type === UNSUBSCRIBE) this.hold('order')
    this.#pass(bytes.subarray(start, end))
  }

  /** To aedes. */
  #pass(packet: Buffer): void {
    if (!this.push(packet)) this.hold('queue')
  }

  /** A PUBLISH to another topic than the connection's own telemetry topic. */
  #onOtherTopic(bytes: Buffer, start: number, bodyAt: number, end: number): void {
    const first = bytes[start] ?? 0
    const qos = (first >> 1) & 3
    const read = readTopic(bytes, bodyAt, end)
    const topic = read?.toString('utf8') ?? ''
    const isRefused = read !== undefined && isRefusedByAedes(topic)
    if (read !== undefined && this.#isMeantForTaker(topic)) {
      const topicEnd = bodyAt + 2 + read.length
      if (qos < QOS_2 && (first & 0xfe) !== DUP_QOS_0)
        return this.#onTelemetry(bytes, topicEnd, end, qos, topic)
      // Whatever is wrong with the topic: it becomes a dead letter.
      const hasPacketId = topicEnd + 2 <= end && bytes.readUInt16BE(topicEnd) !== 0
      if (qos === QOS_2 && isRefused && hasPacketId)
        return this.#pass(setTopicAside(bytes, start, bodyAt, end))
    }
    if (!this.#isWellFormed(bytes, start, bodyAt, end)) return
    // What stands behind a new token waits for whether that is taken.
    if (isSessionTopic(topic)) this.hold('order')
    this.#pass(isRefused ? setTopicAside(bytes, start, bodyAt, end) : bytes.subarray(start, end))
  }

  #isMeantForTaker(topic: string): boolean {
    return this.#taker !== undefined && looksLikeTelemetry(topic)
  }

  /** Ends the connection if not. */
  #isWellFormed(bytes: Buffer, start: number, bodyAt: number, end: number): boolean {
    const first = bytes[start] ?? 0
    if (this.#hasConnect) {
      const fault = findPacketFault(bytes, start, bodyAt, end)
      if (fault !== undefined) this.#fail(fault.problem, fault.detail)
      return fault === undefined
    }
    this.#hasConnect = true
    if (first >> 4 !== CONNECT) {
      this.#fail('unexpected_packet', 'the first packet is not a CONNECT [MQTT-3.1.0-1]')
      return false
    }
    const fault = findConnectFault(first, bytes.subarray(bodyAt, end))
    if (fault === undefined) return true
    const { problem, detail, connack } = fault
    if (connack !== undefined) this.#refuse({ ...fault, connack })
    else if (problem === 'malformed_connect') this.#fail(problem, detail)
    return false
  }

  #isOwnTelemetry(bytes: Buffer, bodyAt: number, end: number): boolean {
    const topic = this.#topic
    if (topic === undefined || end < bodyAt + 2 + topic.length) return false
    if (bytes.readUInt16BE(bodyAt) !== topic.length) return false
    return topic.compare(bytes, bodyAt + 2, bodyAt + 2 + topic.length) === 0
  }

  #onTelemetry(bytes: Buffer, topicEnd: number, end: number, qos: number, topic?: string): void {
    const payloadAt = qos === 0 ? topicEnd : topicEnd + 2
    const packetId = qos === 0 || payloadAt > end ? 0 : bytes.readUInt16BE(topicEnd)
    // A packet identifier is never 0 [MQTT-2.3.1-1].
    if (qos === 1 && packetId === 0) return this.#fail('bad_packet_id')
    const ack = qos === 0 ? undefined : this.#acks.add(packetId)
    const payload = bytes.subarray(payloadAt, end)
    this.#count(payload.length)
    // Without a name of its own: see "What a message costs" in ARCHITECTURE.md.
    this.#taker?.take(
      payload,
      (taken) => {
        this.#held--
        this.#heldBytes -= payload.length
        if (!taken) return this.#fail('not_taken')
        if (ack !== undefined) {
          ack.due = true
          this.#scheduleAcks()
        }
        this.#releaseIfRoom()
      },
      packetId,
      topic,
    )
  }

  #count(bytes: number): void {
    this.#held++
    this.#heldBytes += bytes
    if (this.#held >= HELD_MESSAGES_MAX || this.#heldBytes >= HELD_BYTES_MAX) this.hold('messages')
    if (this.writableLength >= UNSENT_BYTES_MAX) this.hold('unsent')
  }

  #releaseIfRoom(): void {
    if (this.#held <= HELD_MESSAGES_MAX / 2 && this.#heldBytes <= HELD_BYTES_MAX / 2) this.release('messages')
  }

  /** A batch settles many messages at once: their PUBACKs leave together, after the last of them. */
  #scheduleAcks(): void {
    if (this.#ackScheduled) return
    this.#ackScheduled = true
    process.nextTick(() => {
      this.#ackScheduled = false
      const bytes = this.#acks.takeDue()
      if (bytes !== undefined && !this.destroyed && this.writable) this.write(bytes)
    })
  }
}
