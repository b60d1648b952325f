import { pick, type Random } from '../driving/random.ts'

export type Qos = 0 | 1 | 2

export interface Message {
  id: number
  payload: string | Buffer
  readings: number
  /** when the message was first sent, by the monotonic clock; 0 before */
  sentMs: number
  acked: boolean
  /** topic of the vehicle in which the device was when it got the message */
  topic?: string
  /** the simulated crash of the device while it sends this */
  crash?: Crash
}

/** A crash of a device after a step of a delivery: PUBLISH was sent, PUBREC was received, PUBREL was sent. */
export interface Crash {
  step: 'published' | 'received' | 'released'
  /** whether it restarts without the state of its session; its messages are on its disk */
  forgets: boolean
}

export function chooseCrash(random: Random): Crash {
  const step = pick(random, ['published', 'received', 'released'] as const)
  return { step, forgets: random() < 0.5 }
}
