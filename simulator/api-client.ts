import { FleetwireError, messageOf } from '../kit/errors.ts'
import { fetchTrusting } from './fetch-trusting.ts'

export interface ApiClient {
  /** Throws `api_unreachable`, or `api_refused` with what the API says. GETs are tried three times. */
  get<T>(path: string, query?: Record<string, string | number>): Promise<T>
  /** Like `get`; a 409 is an expected answer and returned as undefined. */
  post<T>(path: string, body: unknown): Promise<T | undefined>
  /** All items of a listing, page after page. */
  list<T>(path: string, query: Record<string, string | number>): AsyncGenerator<T>
}

interface Page<T> {
  items: T[]
  next_cursor: string | null
}

interface ProblemDocument {
  title?: string
  detail?: string
  errors?: { pointer: string; detail: string }[]
}

const TIMEOUT_MS = 60_000
const GET_TRIES = 3
const ERRORS_SHOWN = 3

/** Logs in and returns a client for everything else. Throws `api_unreachable` or `api_refused`. */
export async function logIn(login: {
  api: string
  email: string
  password: string
  /** PEM of the authorities to trust; undefined: those of Node.js */
  ca?: string | undefined
}): Promise<ApiClient> {
  const { email, password, ca } = login
  const base = login.api.replace(/\/+$/, '')
  const request = createRequest(ca === undefined ? fetch : fetchTrusting(ca))
  const response = await request(base, '/api/login', { body: { email, password } })
  const { token } = await read<{ token: string }>(response, `log in to ${base} as ${email}`)

  async function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
    const text = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) text.set(name, String(value))
    const target = text.size > 0 ? `${path}?${text.toString()}` : path
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await request(base, target, { token })
        if (response.status >= 500 && attempt < GET_TRIES) continue
        return await read<T>(response, `read ${path}`)
      } catch (error) {
        const lost = error instanceof FleetwireError && error.code === 'api_unreachable'
        if (!lost || attempt >= GET_TRIES) throw error
      }
    }
  }

  return {
    get,
    async post<T>(path: string, body: unknown) {
      const response = await request(base, path, { token, body })
      if (response.status !== 409) return read<T>(response, `post to ${path}`)
      await response.body?.cancel()
      return undefined
    },
    async *list<T>(path: string, query: Record<string, string | number>) {
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: Page<T> = await get(path, cursor === '' ? query : { ...query, cursor })
        yield* page.items
        cursor = page.next_cursor
      }
    },
  }
}

function createRequest(send: (url: string, init: RequestInit) => Promise<Response>) {
  return (base: string, path: string, options: { token?: string; body?: unknown }) =>
    request(send, base, path, options)
}

async function request(
  send: (url: string, init: RequestInit) => Promise<Response>,
  base: string,
  path: string,
  { token, body }: { token?: string; body?: unknown },
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await send(base + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  } catch (error) {
    // fetch itself says only "fetch failed"
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    const why = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause)
    throw new FleetwireError('api_unreachable', `cannot reach ${base}: ${why}`, { cause: error })
  }
}

async function read<T>(response: Response, what: string): Promise<T> {
  const text = await response.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new FleetwireError('api_refused', `cannot ${what}: ${response.status}, and the answer is not JSON`)
  }
  if (response.ok) return body as T
  const { title, detail, errors = [] } = body as ProblemDocument
  const faults = errors.slice(0, ERRORS_SHOWN).map((it) => `${it.pointer} ${it.detail}`)
  const why = [detail ?? title ?? '', ...faults].filter((it) => it !== '').join('; ')
  throw new FleetwireError('api_refused', `cannot ${what}: ${response.status} ${why}`)
}
