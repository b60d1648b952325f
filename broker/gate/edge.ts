import { Duplex } from 'node:stream'
import { AckQueue } from './ack-queue.ts'
import { Frames, type FrameProblem } from './frames.ts'

/** `bad_publish`: without a packet identifier; `not_taken`: the message could not be taken. */
export type EdgeProblem = FrameProblem | 'bad_publish' | 'not_taken'

/** Calls back when the message may be acknowledged: with true, or with false when it could not be taken. */
export type TakeTelemetry = (payload: Buffer, settled: (taken: boolean) => void) => void

export interface EdgeOptions {
  /** TCP, TLS or WebSocket */
  socket: Duplex
  /** the largest packet before the connection is authenticated, and after */
  connectBytesMax: number
  packetBytesMax: number
  /** what makes the edge end the connection */
  onProblem: (problem: EdgeProblem) => void
}

/**
 * Publishes of one connection that are held, at most, before its socket is not read any more; it is read again at half.
 * A socket read of up to 64 KiB is always taken whole.
 */
const HELD_MESSAGES_MAX = 1000
const HELD_BYTES_MAX = 1024 * 1024
/** Acknowledgements and messages that the other side does not read, before we stop reading as well. */
const UNSENT_BYTES_MAX = 256 * 1024

const PUBLISH = 3
const QOS_2 = 2

/**
 * What aedes sees of a connection. Bytes pass through both ways, but once `takeTelemetry` is set, publishes with QoS 0
 * and 1 to the connection's own telemetry topic are taken out on the way in and acknowledged from here. So a held
 * acknowledgement delays nothing else on the connection, a PINGREQ for one, and acknowledgements that are due at once
 * are one write: aedes spends more on a publish than validating and storing it costs.
 */
export class Edge extends Duplex {
  /** milliseconds since 1970 of the last packet */
  lastPacketMs = Date.now()
  /** the socket is not read because of us, so silence means nothing */
  get isHeldBack(): boolean {
    return this.#heldBack || this.#full
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
  #topic: Buffer | undefined
  #takeTelemetry: TakeTelemetry | undefined
  #held = 0
  #heldBytes = 0
  #heldBack = false
  #full = false
  #finishing = false
  #stopped = false
  #ackScheduled = false

  constructor({ socket, connectBytesMax, packetBytesMax, onProblem }: EdgeOptions) {
    // Below the mark a write never has to wait, so that a slow reader holds up nobody who sends to it.
    super({ allowHalfOpen: false, writableHighWaterMark: UNSENT_BYTES_MAX })
    this.#socket = socket
    this.#packetBytesMax = packetBytesMax
    this.#onProblem = onProblem
    this.#frames = new Frames(connectBytesMax, (bytes, start, bodyAt, end) =>
      this.#onPacket(bytes, start, bodyAt, end),
    )
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    this.on('drain', () => this.#resumeIfRoom())
  }

  /** The CONNECT was accepted: larger packets are allowed, and telemetry on `topic` goes to `take`. */
  open(topic?: string, take?: TakeTelemetry): void {
    this.#frames.packetBytesMax = this.#packetBytesMax
    if (topic === undefined || take === undefined) return
    this.#topic = Buffer.from(topic)
    this.#takeTelemetry = take
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
    this.#stopped = true
    this.#socket.pause()
  }

  override _read(): void {
    if (this.#full) this.lastPacketMs = Date.now()
    this.#full = false
    this.#resumeIfRoom()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#socket.write(chunk)) callback()
    else this.#socket.once('drain', callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#socket.end(callback)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#socket.destroy()
    callback(error)
  }

  #onData(chunk: Buffer): void {
    this.lastPacketMs = Date.now()
    if (this.#finishing || this.destroyed) return
    const problem = this.#frames.feed(chunk)
    if (problem !== undefined) this.#fail(problem)
  }

  #fail(problem: EdgeProblem): void {
    if (this.destroyed) return
    this.#onProblem(problem)
    this.destroy()
  }

  #onPacket(bytes: Buffer, start: number, bodyAt: number, end: number): void {
    if (this.destroyed) return
    const first = bytes[start] ?? 0
    const qos = (first >> 1) & 3
    if (first >> 4 === PUBLISH && qos < QOS_2 && this.#isTelemetry(bytes, bodyAt, end)) {
      return this.#onTelemetry(bytes, bodyAt + 2 + (this.#topic?.length ?? 0), end, qos)
    }
    if (!this.push(bytes.subarray(start, end))) {
      this.#full = true
      this.#socket.pause()
    }
  }

  #isTelemetry(bytes: Buffer, bodyAt: number, end: number): boolean {
    const topic = this.#topic
    if (topic === undefined || end < bodyAt + 2 + topic.length) return false
    if (bytes.readUInt16BE(bodyAt) !== topic.length) return false
    return topic.compare(bytes, bodyAt + 2, bodyAt + 2 + topic.length) === 0
  }

  #onTelemetry(bytes: Buffer, topicEnd: number, end: number, qos: number): void {
    const payloadAt = qos === 0 ? topicEnd : topicEnd + 2
    const packetId = qos === 0 || payloadAt > end ? 0 : bytes.readUInt16BE(topicEnd)
    // A packet identifier is never 0 [MQTT-2.3.1-1].
    if (qos === 1 && packetId === 0) return this.#fail('bad_publish')
    const ack = qos === 0 ? undefined : this.#acks.add(packetId)
    const payload = bytes.subarray(payloadAt, end)
    this.#hold(payload.length)
    this.#takeTelemetry?.(payload, (taken) => {
      this.#held--
      this.#heldBytes -= payload.length
      if (!taken) return this.#fail('not_taken')
      if (ack !== undefined) {
        ack.due = true
        this.#scheduleAcks()
      }
      this.#resumeIfRoom()
    })
  }

  #hold(bytes: number): void {
    this.#held++
    this.#heldBytes += bytes
    const full = this.#held >= HELD_MESSAGES_MAX || this.#heldBytes >= HELD_BYTES_MAX
    if (!full && this.writableLength < UNSENT_BYTES_MAX) return
    this.#heldBack = true
    this.#socket.pause()
  }

  #resumeIfRoom(): void {
    if (this.#stopped || this.#finishing) return
    const hasRoom = this.#held <= HELD_MESSAGES_MAX / 2 && this.#heldBytes <= HELD_BYTES_MAX / 2
    if (this.#heldBack && hasRoom && this.writableLength < UNSENT_BYTES_MAX) {
      this.#heldBack = false
      // Its silence counts from now: before, nobody listened.
      this.lastPacketMs = Date.now()
    }
    if (!this.isHeldBack) this.#socket.resume()
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
