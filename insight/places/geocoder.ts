import { messageOf } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { VERSION } from '../../kit/version.ts'
import { readGeocoderReply } from './geocoder-reply.ts'

/** A name, `null` if the geocoder knows none, `undefined` if it did not answer. */
export type Answer = string | null | undefined

export interface Geocoder {
  /** Asks for the name of a position in degrees when it is its turn. Never rejects. */
  ask(lat: number, lon: number): Promise<Answer>
  close(): void
}

/**
 * Public geocoders allow one request a second.
 * @limit a request to `GEOCODER_URL` | the nearest settlement is used
 */
const TIMEOUT_MS = 5000
/**
 * @limit a reply of `GEOCODER_URL` | the nearest settlement is used
 */
const REPLY_BYTES_MAX = 65_536
/**
 * @limit positions that wait for `GEOCODER_URL` | the nearest settlement is used
 */
const WAITING_MAX = 100
/**
 * @limit requests to `GEOCODER_URL` after a failed one | none for this time, and the nearest settlement is used
 */
const PAUSE_MS = 60_000

/**
 * A geocoder: Nominatim, or one with the same replies, or Photon.
 *
 * @param options.url of reverse geocoding, to which `lat` and `lon` are added
 * @param options.requestsPerS maximum of requests per second
 * @param options.now milliseconds since 1970
 */
export function createGeocoder(options: {
  url: string
  requestsPerS: number
  log: Log
  now?: () => number
  timeoutMs?: number
}): Geocoder {
  const { url, requestsPerS, log, now = Date.now, timeoutMs = TIMEOUT_MS } = options
  const closing = new AbortController()
  let waiting = 0
  let nextMs = 0
  let pausedUntilMs = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function request(lat: number, lon: number): Promise<Answer> {
    if (closing.signal.aborted || now() < pausedUntilMs) return undefined
    await sleep(nextMs - now(), closing.signal)
    if (closing.signal.aborted) return undefined
    nextMs = now() + 1000 / requestsPerS
    try {
      return readGeocoderReply(await load(lat, lon))
    } catch (error) {
      if (closing.signal.aborted) return undefined
      pausedUntilMs = now() + PAUSE_MS
      log.warn({ event: 'geocoder_failed', pause_s: PAUSE_MS / 1000, reason: messageOf(error) }, HINT)
      return undefined
    }
  }

  async function load(lat: number, lon: number): Promise<unknown> {
    const target = new URL(url)
    target.searchParams.set('lat', lat.toFixed(6))
    target.searchParams.set('lon', lon.toFixed(6))
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)])
    const headers = { 'user-agent': `Fleetwire/${VERSION}`, accept: 'application/json' }
    const response = await fetch(target, { signal, headers, redirect: 'error' })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`status ${response.status}`)
    }
    return JSON.parse(await textOf(response)) as unknown
  }

  return {
    async ask(lat, lon) {
      if (waiting >= WAITING_MAX) return undefined
      waiting++
      const mine = turn.then(async () => request(lat, lon)).finally(() => waiting--)
      turn = mine
      return mine
    },
    close() {
      closing.abort()
    },
  }
}

const HINT = 'GEOCODER_URL did not answer: places are named by the nearest settlement'

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > REPLY_BYTES_MAX) throw new Error(`a reply of more than ${REPLY_BYTES_MAX} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Resolves after `ms`, or when the signal aborts. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(end, ms)
    function end(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
  })
}
