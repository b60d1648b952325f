import { TokenBucket } from '../../../kit/token-bucket.ts'
import { ConnectionTurn, type Held, type Turn, type TurnSchedule } from './connection-turn.ts'

export interface Turns {
  of(edge: Held): Turn
}

/** Connections that send little count for so long after one of them was heard of. */
const LIGHT_MS = 1000
/** The share of the time that all turns get together, however many connections take them. */
const SHARE = 0.5
/** Maximum of the saved-up share while no connection takes turns. */
const SAVED_MAX_MS = 50

/**
 * A flooding connection must not delay occasional senders. A connection that has sent more than they ever would is not read
 * until all its messages are settled. Then it rests, and waits until all flooding connections together have had no more than
 * their share of the time. A turn costs as long as any of its messages was under way: that counts our work and the database's.
 * While no connection sends little, none waits.
 */
export function createTurns(): Turns {
  const time = new TokenBucket(SHARE * 1000, SAVED_MAX_MS, performance.now())
  const waiting: ConnectionTurn[] = []
  let timer: NodeJS.Timeout | undefined
  /** the connection that last sent little, and when */
  let light: Held | undefined
  let lightAtMs = -Infinity

  const hasLight = (nowMs: number) => nowMs - lightAtMs < LIGHT_MS

  function admit(nowMs: number): void {
    while (waiting.length > 0) {
      const waitMs = hasLight(nowMs) ? time.waitMs(nowMs) : 0
      if (waitMs > 0) {
        timer ??= setTimeout(() => {
          timer = undefined
          admit(performance.now())
        }, waitMs).unref()
        return
      }
      waiting.shift()?.admit(nowMs)
    }
  }

  const schedule: TurnSchedule = {
    noteLight(edge, nowMs) {
      light = edge
      lightAtMs = nowMs
    },
    isLight: (edge) => light === edge,
    hasLight,
    charge: (ms, nowMs) => time.charge(ms, nowMs),
    queue(turn) {
      waiting.push(turn)
      admit(performance.now())
    },
  }
  return { of: (edge) => new ConnectionTurn(edge, schedule) }
}
