import { rawElements } from '../../../contract/raw-text.ts'
import { parseTime } from '../../../contract/time.ts'
import type { VehicleTopic } from '../../../contract/topics.ts'

interface Beginning {
  /** beginning of the history that may be seen, in microseconds since 1970 */
  seenFromUs: number
  nowUs: number
}

/**
 * A message on a vehicle's topic without what happened before the beginning: earlier readings and rejections are omitted, and a
 * status that began earlier has `since` null. `undefined` if nothing is left.
 */
export function withoutEarlier(
  kind: VehicleTopic,
  payload: Buffer | string,
  beginning: Beginning,
): Buffer | string | undefined {
  const isSeen = (time: unknown) => isSince(time, beginning)
  const text = payload.toString()
  const value = read(text)
  switch (kind) {
    case 'telemetry': {
      if (!Array.isArray(value)) return isSeen(member(value, 'time')) ? payload : undefined
      const seen = value.map((it: unknown) => isSeen(member(it, 'time')))
      if (!seen.includes(false)) return payload
      if (!seen.includes(true)) return undefined
      // Each reading is sent on as it was written, with all its digits.
      const kept = rawElements(text).filter((_, place) => seen[place])
      return Buffer.from(`[${kept.join(',')}]`)
    }
    case 'rejected':
      return isSeen(member(value, 'received_at')) ? payload : undefined
    case 'events':
      return isSeen(member(member(value, 'data'), 'started_at')) ? payload : undefined
    case 'status':
      return isSeen(member(value, 'since'))
        ? payload
        : Buffer.from(JSON.stringify({ online: member(value, 'online'), since: null }))
    case 'alerts':
    case 'commands':
    case 'commands/ack':
    case 'session':
      return isSeen(undefined) ? payload : undefined
  }
}

/** A reading without a time has the time of now. */
function isSince(time: unknown, { seenFromUs, nowUs }: Beginning): boolean {
  if (time === undefined || time === null) return nowUs >= seenFromUs
  const us = typeof time === 'string' || typeof time === 'number' ? parseTime(time) : undefined
  return typeof us === 'number' && us >= seenFromUs
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
