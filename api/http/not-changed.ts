import type { NotChanged } from '../database/versioned.ts'
import { preconditionFailed } from './etag.ts'
import { refuse, refuseReadOnly, type Refusal } from './refusal.ts'

/** The reply for something that was not changed, as a `vehicle`. */
export function refuseNotChanged(what: string, key: string, reason: NotChanged): Refusal {
  if (reason === 'missing') return refuse('not_found', `${what} ${key} does not exist`)
  return reason === 'changed' ? preconditionFailed() : refuseReadOnly(what, key)
}
