import { pick, type Random } from '../driving/random.ts'

export type Qos = 0 | 1 | 2

export interface Message {
  id: number
  payload: string | Buffer
  readings: number
  /** when it was first sent, by the monotonic clock; 0 before */
  sentMs: number
  acked: boolean
  /** of the vehicle in which the device was when the message was given to it */
  topic?: string
  /** the simulated crash of the device while it sends this */
  crash?: Crash
}

/** A device that crashes after a step of a delivery: PUBLISH is sent, PUBREC has come, PUBREL is sent. */
export interface Crash {
  step: 'published' | 'received' | 'released'
  /** It restarts without the state of its session; its messages are on its disk. */
  forgets: boolean
}

export function chooseCrash(random: Random): Crash {
  const step = pick(random, ['published', 'received', 'released'] as const)
  return { step, forgets: random() < 0.5 }
}
