import type { Duplex } from 'node:stream'
import { AckQueue } from './ack-queue.ts'
import { findConnectFault, type ConnectFault } from './connect-check.ts'
import type { FrameProblem } from './frames.ts'
import { HeldSocket, UNSENT_BYTES_MAX } from './held-socket.ts'
import { OVERSIZE_WAIT_MS, readOversize } from './oversize.ts'
import { CONNECT, findPacketFault, type PacketFault } from './packet-check.ts'
import { isRefusedByAedes, isSessionTopic, readTopic, setTopicAside } from './publish-topic.ts'
import { looksLikeTelemetry } from '../telemetry/telemetry-topic.ts'

/** `not_taken`: the broker can neither store nor spool the message now. */
export type EdgeProblem = FrameProblem | PacketFault['problem'] | 'malformed_connect' | 'not_taken'

/** Takes the telemetry of one connection. `packetId` is 0 with QoS 0. */
export interface TelemetryTaker {
  /**
   * Calls back with true when the message may be acknowledged, or with false if it could not be taken. `topic` is `undefined` for
   * the connection's own telemetry topic.
   */
  take(payload: Buffer, settled: (taken: boolean) => void, packetId: number, topic?: string): void
  /** Takes the beginning of a message of `bytes` that is too large. Calls back when it is noted; then the connection ends. */
  noteOversize(beginning: Buffer, bytes: number, noted: () => void, packetId: number): void
}

export interface EdgeOptions {
  /** TCP, TLS or WebSocket */
  socket: Duplex
  /** largest packet in bytes before authentication */
  connectBytesMax: number
  /** largest packet in bytes after authentication */
  packetBytesMax: number
  /** Called with the reason before the edge ends the connection. */
  onProblem: (problem: EdgeProblem, detail?: string) => void
  /** Called before the edge refuses a CONNECT with a CONNACK. */
  onRefused?: (fault: ConnectFault) => void
}

/**
 * Maximum of held publishes of one connection. At the maximum, the broker stops reading the socket; it resumes at half the
 * maximum.
 * @limit held publishes of a connection | its socket is not read
 */
const HELD_MESSAGES_MAX = 1000
/** @limit bytes of held publishes of a connection | its socket is not read */
const HELD_BYTES_MAX = 1024 * 1024

const PUBLISH = 3
const PUBACK = 4
const SUBSCRIBE = 8
const UNSUBSCRIBE = 10
const QOS_2 = 2
/** Time for the other side to read its CONNACK and close; then the connection is destroyed. */
const REFUSED_WAIT_MS = 1000
/** First byte, without the RETAIN bit, of a PUBLISH with QoS 0 and DUP set, which is malformed [MQTT-3.3.1-2]. */
const DUP_QOS_0 = 0x38

/**
 * The connection as aedes sees it. Bytes pass through both ways. Once the connection is open, publishes with QoS 0 and 1 to its
 * own telemetry topic, or to a similar one, are taken out and acknowledged from here. So a held acknowledgement delays nothing
 * else on the connection, such as a PINGREQ. Acknowledgements that fall due together are sent in one write. The detour around
 * aedes pays: aedes alone costs more per publish than validating and storing it.
 */
export class Edge extends HeldSocket {
  /** Called for each PUBACK. Returns true if its message was not sent by aedes, which then does not get the PUBACK. */
  takePuback: ((packetId: number) => boolean) | undefined

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
  #ackScheduled = false

  constructor({ socket, connectBytesMax, packetBytesMax, onProblem, onRefused }: EdgeOptions) {
    super(socket, connectBytesMax)
    this.#packetBytesMax = packetBytesMax
    this.#onProblem = onProblem
    this.#onRefused = onRefused
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
  }

  /**
   * Takes the bytes behind an accepted CONNECT, and allows larger packets. Telemetry on `topic`, or on one that looks like it,
   * goes to `taker`. `onBytes` is called for everything that is read from now on.
   */
  open(topic?: string, taker?: TelemetryTaker, onBytes?: (count: number) => void): void {
    this.frames.packetBytesMax = this.#packetBytesMax
    this.#isOpen = true
    this.#hasConnect = true
    this.#onBytes = onBytes
    if (topic !== undefined && taker !== undefined) {
      this.#topic = Buffer.from(topic)
      this.#taker = taker
      this.frames.onOversize = (...beginning) => this.#onOversize(...beginning)
    }
    this.release('login')
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#oversizeTimer)
    super._destroy(error, callback)
  }

  #onData(chunk: Buffer): void {
    this.lastPacketMs = Date.now()
    if (this.isFinishing || this.destroyed) return
    this.#onBytes?.(chunk.length)
    const problem = this.frames.feed(chunk)
    if (problem !== undefined) this.fail(problem)
    else if (this.frames.isBufferingOversize) this.#limitOversize()
  }

  #limitOversize(): void {
    this.#oversizeTimer ??= setTimeout(() => {
      const problem = this.frames.endOversize()
      if (problem !== undefined) this.fail(problem)
    }, OVERSIZE_WAIT_MS).unref()
  }

  #onOversize(bytes: Buffer, start: number, bodyAt: number, end: number, packetBytes: number): boolean {
    if (this.destroyed) return false
    const message = readOversize(bytes, start, bodyAt, end, packetBytes)
    if (message === undefined || !this.#isMeantForTaker(message.topic)) return false
    // The rest of the packet is not read.
    clearTimeout(this.#oversizeTimer)
    this.stopReading()
    // After the acknowledgements that are due in this turn of the event loop.
    const noted = (): void => void setImmediate(() => this.fail('packet_too_large'))
    this.#taker?.noteOversize(message.beginning, message.bytes, noted, message.packetId)
    return true
  }

  protected override fail(problem: EdgeProblem, detail?: string): void {
    if (this.destroyed) return
    this.#onProblem(problem, detail)
    this.destroy()
  }

  protected override onPacket(bytes: Buffer, start: number, bodyAt: number, end: number): void {
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
    // Packets after a CONNECT have no meaning before the login is decided.
    if (!this.#isOpen) this.hold('login')
    // aedes handles packets that arrive together concurrently, and would not keep these in order.
    if (type === SUBSCRIBE || type === UNSUBSCRIBE) this.hold('order')
    this.#pass(bytes.subarray(start, end))
  }

  /** Passes a packet to aedes. */
  #pass(packet: Buffer): void {
    if (!this.push(packet)) this.hold('queue')
  }

  /** A PUBLISH to a topic other than the connection's own telemetry topic. */
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
      // Telemetry becomes a dead letter, whatever the fault of its topic.
      const hasPacketId = topicEnd + 2 <= end && bytes.readUInt16BE(topicEnd) !== 0
      if (qos === QOS_2 && isRefused && hasPacketId)
        return this.#pass(setTopicAside(bytes, start, bodyAt, end))
    }
    if (!this.#isWellFormed(bytes, start, bodyAt, end)) return
    // Later packets wait until a new token is accepted.
    if (isSessionTopic(topic)) this.hold('order')
    this.#pass(isRefused ? setTopicAside(bytes, start, bodyAt, end) : bytes.subarray(start, end))
  }

  #isMeantForTaker(topic: string): boolean {
    return this.#taker !== undefined && looksLikeTelemetry(topic)
  }

  /** Ends the connection if the packet is malformed. */
  #isWellFormed(bytes: Buffer, start: number, bodyAt: number, end: number): boolean {
    const first = bytes[start] ?? 0
    if (this.#hasConnect) {
      const fault = findPacketFault(bytes, start, bodyAt, end)
      if (fault !== undefined) this.fail(fault.problem, fault.detail)
      return fault === undefined
    }
    this.#hasConnect = true
    if (first >> 4 !== CONNECT) {
      this.fail('unexpected_packet', 'the first packet is not a CONNECT [MQTT-3.1.0-1]')
      return false
    }
    const fault = findConnectFault(first, bytes.subarray(bodyAt, end))
    if (fault === undefined) return true
    const { problem, detail, connack } = fault
    if (connack !== undefined) {
      this.#onRefused?.(fault)
      refuse(this, connack)
    } else if (problem === 'malformed_connect') this.fail(problem, detail)
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
    // A packet identifier must not be 0 [MQTT-2.3.1-1].
    if (qos === 1 && packetId === 0) return this.fail('bad_packet_id')
    const ack = qos === 0 ? undefined : this.#acks.add(packetId)
    const payload = bytes.subarray(payloadAt, end)
    this.#count(payload.length)
    // Deliberately an inline closure, for speed: see "What a message costs" in ARCHITECTURE.md.
    this.#taker?.take(
      payload,
      (taken) => {
        this.#held--
        this.#heldBytes -= payload.length
        if (!taken) return this.fail('not_taken')
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

  /** A batch settles many messages together: their PUBACKs leave together, after the last of them. */
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

/** Answers a refused CONNECT, and ends the connection. */
function refuse(socket: HeldSocket, connack: Buffer): void {
  socket.hold('closing')
  socket.write(connack)
  socket.finish()
  setTimeout(() => socket.destroy(), REFUSED_WAIT_MS).unref()
}
