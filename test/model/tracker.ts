import { setTimeout as delay } from 'node:timers/promises'
import { connect, type Connection } from './connection.ts'
import type { Delivery } from './specification.ts'
import { nowUs } from './clock.ts'

/** A message that a tracker sends until it is acknowledged. */
export interface Exchange {
  id: number
  qos: 1 | 2
  topic: string
  payload: Buffer
  /** A new one for each time that a broker may treat it as another message. */
  deliver: () => Delivery
  delivery: Delivery
  /** `received`: its PUBREC has arrived; `released`: its PUBREL was sent */
  phase: 'published' | 'received' | 'released' | 'done'
  /** whether its PUBREL waits for a later command */
  isHeld: boolean
  /** the session in which it was last published */
  session: string
}

export interface TrackerOptions {
  clientId: string
  token: string
  /** The port of a broker, and a mark of its current run. */
  brokers: () => { port: number; life: string }[]
}

const ACK_DEADLINE_MS = 20_000
const POLL_MS = 5

/**
 * A device like real ones. It keeps unacknowledged messages, and resends them with DUP after a reconnect. If it lost
 * its memory, its packet ids begin at 1 again.
 */
export class Tracker {
  inFlight: Exchange[] = []
  connection: Connection | undefined
  #session = ''
  #lastId = 0
  #forgetful = false
  #clean = false
  #broker = 0
  /**
   * QoS 1 is acknowledged in order. So if a packet id is in flight twice, the first acknowledgement is for the first
   * message
   */
  #awaited = new Map<number, { exchange: Exchange; delivery: Delivery }[]>()
  readonly #options: TrackerOptions

  constructor(options: TrackerOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.connection?.isOpen ?? false
  }

  /** Connects if it is not connected, and resends messages in flight; false if its login is refused. */
  async connect(options: { clean?: boolean; broker?: number } = {}): Promise<boolean> {
    if (this.isConnected) return true
    this.#clean = options.clean ?? false
    this.#broker = options.broker ?? this.#broker
    let opened = await this.#open(this.#clean)
    // It cannot continue a session that it has lost, so it ends that session first.
    if (opened?.sessionPresent && this.#forgetful) {
      opened.cut()
      await opened.closed
      opened = await this.#open(true)
    }
    this.#forgetful = false
    if (opened === undefined) return false
    this.connection = opened
    this.#awaited = new Map()
    opened.onPacket = (packet) => this.#onPacket(packet)
    for (const exchange of this.inFlight) this.#sendAgain(exchange)
    return true
  }

  async #open(clean: boolean): Promise<Connection | undefined> {
    const brokers = this.#options.brokers()
    const broker = brokers[this.#broker % brokers.length]
    if (broker === undefined) return undefined
    const { clientId, token } = this.#options
    const opened = await connect({ port: broker.port, clientId, token, clean })
    const isKept =
      opened !== undefined &&
      !clean &&
      (this.#session.startsWith(`${broker.life} kept`) || opened.sessionPresent)
    if (opened !== undefined && !isKept)
      this.#session = `${broker.life} ${clean ? 'clean' : 'kept'} ${Math.random()}`
    return opened
  }

  /** `deliver` records a delivery from now on. The packet is only sent if the tracker is connected. */
  publish(message: Omit<Exchange, 'id' | 'phase' | 'session' | 'delivery'>): Exchange {
    const id = this.#nextId()
    const exchange: Exchange = {
      ...message,
      id,
      phase: 'published',
      session: this.#session,
      delivery: message.deliver(),
    }
    this.inFlight.push(exchange)
    this.#sendPublish(exchange, false)
    return exchange
  }

  publishUnacknowledged(topic: string, payload: Buffer, deliver: () => Delivery): void {
    deliver()
    this.connection?.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false })
  }

  /** Sends messages in flight once more on the same connection. */
  sendAgain(): void {
    for (const exchange of this.inFlight) if (exchange.phase === 'published') this.#sendAgain(exchange)
  }

  release(): void {
    for (const exchange of this.inFlight) {
      exchange.isHeld = false
      if (exchange.phase === 'received') this.#sendRelease(exchange)
    }
  }

  cut(): void {
    this.connection?.cut()
    this.connection = undefined
  }

  forget(): void {
    this.cut()
    this.inFlight = []
    this.#lastId = 0
    this.#forgetful = true
  }

  /** Resolves with whether all, or `only`, are acknowledged before the connection ends. Held messages do not count. */
  async settled(only?: Exchange): Promise<boolean> {
    const endMs = Date.now() + ACK_DEADLINE_MS
    const waiting = () =>
      this.inFlight.some((it) => (!only || it === only) && !(it.isHeld && it.phase === 'received'))
    while (waiting() && this.isConnected) {
      if (Date.now() > endMs) throw new Error(`not acknowledged within ${ACK_DEADLINE_MS} ms`)
      await delay(POLL_MS)
    }
    return !waiting()
  }

  #nextId(): number {
    do this.#lastId++
    while (this.inFlight.some(({ id }) => id === this.#lastId))
    return this.#lastId
  }

  #sendAgain(exchange: Exchange): void {
    if (exchange.phase === 'received') return exchange.isHeld ? undefined : this.#sendRelease(exchange)
    if (exchange.phase === 'released') return this.#sendRelease(exchange)
    if (exchange.qos === 1) exchange.delivery = exchange.deliver()
    // In the session in which a QoS 2 message was first sent, it is the same message [MQTT-4.3.3-2].
    else if (exchange.session !== this.#session) exchange.delivery.copiesMax++
    exchange.session = this.#session
    this.#sendPublish(exchange, true)
  }

  #sendPublish(exchange: Exchange, dup: boolean): void {
    const { topic, payload, qos, id, delivery } = exchange
    if (qos === 1) this.#awaited.set(id, [...(this.#awaited.get(id) ?? []), { exchange, delivery }])
    this.connection?.send({ cmd: 'publish', topic, payload, qos, messageId: id, dup, retain: false })
  }

  #sendRelease(exchange: Exchange): void {
    exchange.phase = 'released'
    this.connection?.send({ cmd: 'pubrel', messageId: exchange.id } as never)
  }

  #onPacket({ cmd, messageId = 0 }: { cmd: string; messageId?: number }): void {
    if (cmd === 'puback') {
      const first = this.#awaited.get(messageId)?.shift()
      if (first === undefined) throw new Error(`a PUBACK for ${messageId}, which is not in flight`)
      first.delivery.ackedUs ??= nowUs()
      return this.#done(first.exchange)
    }
    const exchange = this.inFlight.find(({ id, qos }) => qos === 2 && id === messageId)
    if (exchange === undefined) return
    exchange.delivery.ackedUs ??= nowUs()
    if (cmd === 'pubcomp') this.#done(exchange)
    else if (exchange.phase !== 'released' && !exchange.isHeld) this.#sendRelease(exchange)
    else if (exchange.phase === 'published') exchange.phase = 'received'
  }

  #done(exchange: Exchange): void {
    exchange.phase = 'done'
    this.inFlight = this.inFlight.filter((it) => it !== exchange)
  }
}
