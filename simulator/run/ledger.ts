import type { Credentials } from '../credentials.ts'
import type { Message, Qos } from '../devices/device.ts'
import type { Journal } from '../journal/write.ts'
import type { Draft } from '../traffic/draft.ts'
import type { Stats } from './stats.ts'

/** A draft and the place of its device in the fleet. */
export interface Outgoing {
  index: number
  draft: Draft
}

export interface Ledger {
  /** Gives the drafts their ids, and journals them. Only then may they be sent. */
  enter(batch: readonly Outgoing[]): Message[]
  done(message: Message, qos: Qos): void
  resending(messages: readonly Message[]): void
}

/** Keeps the journal and the counts in step with the messages. */
export function createLedger(options: {
  credentials: readonly Credentials[]
  /** QoS of the device at this place */
  qosOf: (index: number) => Qos
  journal: Journal
  stats: Stats
}): Ledger {
  const { credentials, qosOf, journal, stats } = options
  let lastId = 0

  return {
    enter(batch) {
      const at = Date.now()
      const messages = batch.map(({ index, draft }): Message => {
        const { clientId: device, vehicle } = credentials[index]!
        const id = ++lastId
        journal.sent(id, at, { vehicle, device, qos: qosOf(index) }, draft)
        stats.sent(draft.readings, draft.fault)
        return { id, payload: draft.payload, readings: draft.readings, sentMs: 0, acked: false }
      })
      journal.flush(at)
      return messages
    },
    done(message, qos) {
      if (qos === 0) return
      stats.acked(message.readings, performance.now() - message.sentMs)
      journal.acked(message.id)
    },
    resending(messages) {
      stats.counts.resent += messages.length
      journal.resent(
        messages.map((it) => it.id),
        Date.now(),
      )
    },
  }
}
