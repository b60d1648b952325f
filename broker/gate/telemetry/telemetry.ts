import { setTimeout as delay } from 'node:timers/promises'
import type { Problem } from '../../../contract/problems.ts'
import { BEGINNING_BYTES_MAX } from '../../../contract/intake.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import type { Accept, Delivery, Message, Outcome } from '../../accept.ts'
import type { Device } from '../../registry/device.ts'
import type { TelemetryTaker } from '../wire/edge.ts'
import type { GateMetrics } from '../metrics.ts'
import type { Notices } from '../outgoing/notices.ts'
import { partsByVehicle } from './parts-by-vehicle.ts'
import type { Session } from '../sessions/session.ts'
import { isTelemetryTopic, isTelemetryTopicOf, wrongTopic } from './telemetry-topic.ts'

/** A message as a device publishes it. */
export interface Publish {
  payload: Buffer
  /** 0 with QoS 0 and in a last will */
  packetId: number
  /** `undefined` for the telemetry topic of the device's vehicle */
  topic: string | undefined
  /** of a QoS 2 message of a session that outlives its connection */
  delivery?: Delivery | undefined
}

export interface Telemetry {
  /** Calls back when the message may be acknowledged, with false if it could not be taken. */
  take(session: Session, published: Publish, settled: (taken: boolean) => void): void
  /** Notes the beginning of a message that is too large, of `bytes` in all; calls back when its dead letter is committed. */
  note(session: Session, beginning: Buffer, bytes: number, packetId: number, noted: () => void): void
  /**
   * Takes a message that did not arrive over MQTT. `device` gets a notice of refused readings, and subscribers get the stored
   * readings; nobody does if it is `undefined`. Resolves with `undefined` if the message could not be taken.
   */
  deliver(message: Message, device: Device | undefined): Promise<Outcome | undefined>
  /** Takes nothing further, and resolves when all taken messages are settled. */
  close(): Promise<void>
}

interface TelemetryOptions {
  accept: Accept
  metrics: GateMetrics
  /** called with the rejections of a message */
  reportRejected: Notices['reportRejected']
  /** whether a device is still in the vehicle that it is believed to be in; rejects if that cannot be determined */
  confirm: (device: Device) => Promise<boolean>
  /** the epoch of the moves that are known */
  moves: () => number
  /** sends a QoS 0 message to all subscribers */
  publish: (topic: string, payload: Buffer) => void
  /** whether there are subscribers to raw telemetry */
  isFollowed: () => boolean
}

/** How long a message waits until it is known in which vehicle its device is. */
const CONFIRM_MS_MAX = 1000

/** Passes a message on; see `Telemetry.deliver`. */
type Pass<Sender = Device> = (
  message: Message,
  device: Sender,
  packetId: number,
  startMs: number,
  done: (outcome: Outcome | undefined, nowMs: number) => void,
) => void

/**
 * The path of a telemetry message through the gate: to `accept`, then notices of refused readings to the device, and stored
 * readings to subscribers.
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { accept, metrics, confirm, moves } = options
  let taken = 0
  let closing = false
  let onNothingTaken = () => {}

  /**
   * If the device of a message to another vehicle's topic was moved there just now, the connection ends. The device sends again
   * once the move is known. If the database does not answer, the message is refused: later ones must not wait for it.
   */
  const passConfirmed: Pass = (message, device, packetId, startMs, done) => {
    taken++
    const noAnswer = delay(CONFIRM_MS_MAX, true, { ref: false })
    const confirmed = Promise.race([confirm(device), noAnswer]).catch(() => true)
    void confirmed.then((isConfirmed) => {
      if (isConfirmed) pass(message, device, packetId, startMs, done)
      else done(undefined, performance.now())
      if (--taken === 0) onNothingTaken()
    })
  }

  const pass: Pass<Device | undefined> = (message, device, packetId, startMs, done) => {
    taken++
    void accept(message).then((outcome) => {
      const nowMs = performance.now()
      if (outcome !== undefined) {
        metrics.ackSeconds.observe((nowMs - startMs) / 1000)
        if (device !== undefined) reportOutcome(options, device, message, outcome, packetId)
      }
      done(outcome, nowMs)
      if (--taken === 0) onNothingTaken()
    })
  }

  function take(
    { identity, throttle, turn }: Session,
    { payload, packetId, topic, delivery }: Publish,
    settled: (taken: boolean) => void,
    refused?: Problem,
  ): void {
    const device = identity?.device
    if (device === undefined) return settled(false)
    // Neither taken nor refused: the connection is about to end, and the device will send it again.
    if (closing) return
    const startMs = performance.now()
    turn?.taken(payload.length, startMs)
    const reserved = throttle?.reserve(payload) ?? 0
    // A connection ends when its device was moved: its messages were placed with all moves that are known.
    const message = messageOf(device, payload, moves())
    if (delivery !== undefined) message.delivery = delivery
    const problem = refused ?? topicProblem(device, topic)
    if (problem !== undefined) message.refused = problem
    const isToConfirm = message.refused !== undefined && topic !== undefined && isTelemetryTopic(topic)
    const way = isToConfirm ? passConfirmed : pass
    // Deliberately an inline closure, for speed: see "What a message costs" in ARCHITECTURE.md.
    way(message, device, packetId, startMs, (outcome, nowMs) => {
      throttle?.settle(reserved, outcome === undefined ? 0 : readingsOf(outcome))
      settled(outcome !== undefined)
      turn?.settled(nowMs)
    })
  }

  return {
    take: (session, published, settled) => take(session, published, settled),
    note(session, payload, bytes, packetId, noted) {
      take(session, { payload, packetId, topic: undefined }, noted, tooLarge(bytes))
    },
    deliver(message, device) {
      if (closing) return Promise.resolve(undefined)
      return new Promise((resolve) => pass(message, device, 0, performance.now(), resolve))
    },
    async close() {
      closing = true
      await new Promise<void>((resolve) => {
        onNothingTaken = resolve
        if (taken === 0) resolve()
      })
    },
  }
}

function topicProblem(device: Device, topic: string | undefined): Problem | undefined {
  return topic === undefined || isTelemetryTopicOf(device, topic) ? undefined : wrongTopic(device, topic)
}

/** Reports refused readings to the device, and stored readings to subscribers. */
function reportOutcome(
  { reportRejected, isFollowed, publish }: TelemetryOptions,
  device: Device,
  message: Message,
  outcome: Outcome,
  packetId: number,
): void {
  if (outcome.rejected.length > 0) reportRejected(device, message, outcome, packetId)
  if (outcome.stored === 0 || !isFollowed()) return
  for (const part of partsByVehicle(device, message.payload, outcome))
    publish(vehicleTopic(part.vehicleKey, 'telemetry'), part.payload)
}

/** The telemetry of one connection. A class, because ten thousand connections have one each. */
export class SessionTelemetry implements TelemetryTaker {
  readonly #session: Session
  readonly #telemetry: Telemetry

  constructor(session: Session, telemetry: Telemetry) {
    this.#session = session
    this.#telemetry = telemetry
  }

  take(payload: Buffer, settled: (taken: boolean) => void, packetId: number, topic?: string): void {
    this.#telemetry.take(this.#session, { payload, packetId, topic }, settled)
  }

  noteOversize(beginning: Buffer, bytes: number, noted: () => void, packetId: number): void {
    this.#telemetry.note(this.#session, beginning, bytes, packetId, noted)
  }
}

/** The problem of a message with a payload of `bytes`, of which the first `BEGINNING_BYTES_MAX` are kept. */
export function tooLarge(bytes: number): Problem {
  const why =
    bytes > PAYLOAD_BYTES_MAX
      ? `the payload has ${bytes} bytes; at most ${PAYLOAD_BYTES_MAX} are allowed`
      : `the topic is too long for a payload of ${bytes} bytes`
  const detail = `${why}. Only its first ${BEGINNING_BYTES_MAX} bytes are kept`
  return { code: 'message_too_large', pointer: '', detail }
}

/** The payload of a device with its identity and stays; see `Message`. */
export function messageOf({ vehicleId, deviceId, stays }: Device, payload: Buffer, moves: number): Message {
  const message: Message = { vehicleId, deviceId, payload, receivedAtMs: Date.now(), moves }
  if (stays !== undefined) message.stays = stays
  return message
}

export function readingsOf({ stored, duplicates, rejected }: Outcome): number {
  return stored + duplicates + rejected.length
}
