import type fc from 'fast-check'
import { LOCKS } from './faults.ts'
import { mayConnect, type Specification } from './specification.ts'
import type { Stage } from './stage.ts'

export type Command = fc.AsyncCommand<Specification, Stage>
/** Whether a command is possible in this state; otherwise it is left out of its sequence. */
export type Check = (spec: Specification) => boolean

export function command(text: string, check: Check, run: (stage: Stage) => Promise<unknown>): Command {
  return {
    check,
    async run(_, stage) {
      stage.commands++
      await run(stage)
    },
    toString: () => `\n  ${text}`,
  }
}

export const isCalm: Check = ({ faults }) => faults.size === 0

/** The fleet is only changed, and brokers only start, while they reach their database; a table may be locked. */
export const isReachable: Check = ({ faults }) => [...faults].every((it) => LOCKS.includes(it))

export function canSend(d: number): Check {
  return ({ devices }) => devices[d] !== undefined && mayConnect(devices[d])
}

export function missing(): never {
  throw new Error('the specification has no such device or vehicle')
}
