import { formatAge } from '../format/format-age.ts'
import type { LiveStatus } from '../live/live-status.ts'

export interface LiveText {
  /** one word, for the rail */
  word: string
  /** the problem in a sentence; `undefined` if there is no problem */
  trouble: string | undefined
}

/** The text of a live status at `nowMs`, on the clock of `performance.now()`. */
export function liveText(status: LiveStatus, nowMs: number, locale: string | undefined): LiveText {
  if (status.state === 'live') return { word: 'Live', trouble: undefined }
  if (status.state === 'connecting') return { word: 'Starting', trouble: undefined }
  if (status.state === 'stale') {
    const age = formatAge(nowMs - status.lastFrameMs, locale)
    return { word: 'Stale', trouble: `No data for ${age}. The map shows the last known positions.` }
  }
  const leftS = Math.ceil((status.retryAtMs - nowMs) / 1000)
  const when = leftS > 0 ? `retrying in ${formatAge(leftS * 1000, locale)}` : 'retrying now'
  return { word: 'Offline', trouble: `Not live (${status.reason}); ${when}.` }
}
