import { createLogLimit } from '../../kit/log-limit.ts'
import type { Log } from '../../kit/log.ts'

/** One completed request. */
export interface RequestLine {
  request_id: string
  /** the pattern, not the path */
  route: string
  method: string
  status: number
  seconds: number
  address: string
  /** `sub` of the token, if the request had one */
  caller?: string
}

/** Requests that took longer are always logged. */
const SLOW_S = 1
/**
 * Lines at `info` a second. A line has about 300 bytes: at most 1.3 GB a day.
 * @limit request lines in the log, a second | the next line has the number of omitted lines
 */
const LINES_PER_S_MAX = 50

/**
 * Logs requests as one JSON line each, event `request`. Requests that an operator may look for are logged at `info`:
 * those that changed something, failed in the server or were slow. The others, perhaps hundreds a second, are at
 * `debug`; the metrics have their number.
 */
export function createRequestLog(log: Log, now: () => number = Date.now): (line: RequestLine) => void {
  const limit = createLogLimit(LINES_PER_S_MAX, now)
  return (line) => {
    const changes = !/^(GET|HEAD|OPTIONS)$/.test(line.method) && line.status < 400
    const matters = changes || line.status >= 500 || line.seconds > SLOW_S
    const heldBack = matters ? limit.allow() : -1
    if (heldBack < 0) log.debug({ event: 'request', ...line })
    else log.info({ event: 'request', ...line, ...(heldBack > 0 && { held_back: heldBack }) })
  }
}
