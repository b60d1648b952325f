import { signal, type ReadonlySignal } from '@preact/signals'
import { createAccessToken } from './access-token.ts'
import { retryAfterS } from './retry-after.ts'

/** The outcome of an attempt to log in. `waitS`: seconds to wait before the next attempt. */
export type LoginOutcome =
  | { outcome: 'in' }
  | { outcome: 'refused' }
  | { outcome: 'locked out'; waitS: number }
  | { outcome: 'away'; reason: string }

/**
 * Whether this browser is logged in. `starting` is not known yet, `away` an unreachable server. With `over`, the login
 * has ended and its views are still shown.
 */
export type SessionState = 'starting' | 'away' | 'out' | 'in' | 'over'

export interface Session {
  state: ReadonlySignal<SessionState>
  /** Finds out whether this browser is logged in. */
  start(): Promise<void>
  login(email: string, password: string, remember: boolean): Promise<LoginOutcome>
  /** Returns `false` if the server was not reached; the cookie may then still be valid. */
  logout(): Promise<boolean>
  /** Sends with the newest token. If it is refused, the token is renewed, or a login awaited, and the request sent again once. */
  fetch: (request: Request) => Promise<Response>
  /** Ends renewals. */
  close(): void
}

export interface SessionOptions {
  /** of the API, such as `https://fleet.example` */
  origin: string
  fetch: (request: Request) => Promise<Response>
}

/** The login of this browser. The cookie that renews the access token is the browser's. */
export function createSession({ origin, fetch: send }: SessionOptions): Session {
  const state = signal<SessionState>('starting')
  const post = async (path: string, body?: unknown) => send(postRequest(`${origin}${path}`, body))
  const access = createAccessToken(
    () => post('/api/session'),
    () => (state.value = 'in'),
  )

  async function sendWithToken(request: Request): Promise<Response> {
    const token = access.value()
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
    return send(request)
  }

  return {
    state,
    async start() {
      const answer = await access.renew()
      if (answer === 'refused') state.value = 'out'
      else if (answer === 'away') state.value = 'away'
    },
    async login(email, password, remember) {
      let response: Response
      try {
        response = await post('/api/login', { email, password, remember })
      } catch {
        return { outcome: 'away', reason: 'The server cannot be reached.' }
      }
      if (response.ok) await access.keep(response)
      return outcomeOf(response)
    },
    async logout() {
      const request = new Request(`${origin}/api/session`, { method: 'DELETE' })
      const isDone = await send(request).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isDone) {
        access.forget()
        access.close()
        state.value = 'out'
      }
      return isDone
    },
    close: access.close,
    async fetch(request) {
      const again = request.clone()
      const used = access.value()
      const response = used === undefined ? undefined : await sendWithToken(request)
      if (response !== undefined && response.status !== 401) return response
      // Another request may have renewed the token meanwhile.
      if (access.value() === used || access.value() === undefined) {
        const answer = await access.renew()
        if (answer === 'away') {
          if (response) return response
          throw new Error('the server cannot be reached')
        }
        if (answer === 'refused') {
          access.forget()
          state.value = 'over'
          await untilIn(state, request.signal)
        }
      }
      return sendWithToken(again)
    },
  }
}

function postRequest(url: string, body: unknown): Request {
  return new Request(url, {
    method: 'POST',
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  })
}

function outcomeOf(response: Response): LoginOutcome {
  if (response.ok) return { outcome: 'in' }
  if (response.status === 429) return { outcome: 'locked out', waitS: retryAfterS(response) }
  // 400: the text is no e-mail address, so no login can have it.
  if (response.status === 401 || response.status === 400) return { outcome: 'refused' }
  return { outcome: 'away', reason: `The server responded with status ${response.status}.` }
}

/** Resolves when there is a login again; rejects if `signal` aborts first. */
async function untilIn(state: ReadonlySignal<SessionState>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = state.subscribe((now) => {
      if (now === 'in') queueMicrotask(() => (stop(), resolve()))
    })
    signal.addEventListener('abort', () => (stop(), reject(signal.reason as Error)), { once: true })
  })
}
