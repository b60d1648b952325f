import { FleetwireError, messageOf } from '../kit/errors.ts'
import { fetchTrusting } from './fetch-trusting.ts'

const TIMEOUT_MS = 60_000
const GET_TRIES = 3

/**
 * A `fetch` for the API's client that waits a minute for a reply, and tries GETs three times. Throws `api_unreachable`.
 * @param api URL of the API, for the error
 * @param ca PEM of the authorities to trust; `undefined` for the authorities of Node.js
 */
export function fetchPatiently(api: string, ca: string | undefined): (request: Request) => Promise<Response> {
  const send = createSend(ca)
  return async (request) => {
    const tries = request.method === 'GET' ? GET_TRIES : 1
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await send(request, AbortSignal.timeout(TIMEOUT_MS))
        if (response.status < 500 || attempt >= tries) return response
        await response.body?.cancel()
      } catch (error) {
        if (attempt >= tries) throw unreachable(api, error)
      }
    }
  }
}

function createSend(ca: string | undefined) {
  if (ca === undefined) return (request: Request, signal: AbortSignal) => fetch(request, { signal })
  const send = fetchTrusting(ca)
  return async (request: Request, signal: AbortSignal) => {
    const { url, method } = request
    const body = request.body === null ? {} : { body: await request.text() }
    return send(url, { method, headers: Object.fromEntries(request.headers), signal, ...body })
  }
}

function unreachable(api: string, error: unknown): FleetwireError {
  // The message of fetch itself is only "fetch failed".
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const why = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause)
  return new FleetwireError('api_unreachable', `cannot reach ${api}: ${why}`, { cause: error })
}
