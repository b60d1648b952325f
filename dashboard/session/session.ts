import { signal, type ReadonlySignal } from '@preact/signals'
import { lifetimeMs } from './lifetime.ts'
import { retryAfterS } from './retry-after.ts'

/** What became of an attempt to log in; `waitS` is how long to wait before the next one. */
export type LoginOutcome =
  | { outcome: 'in' }
  | { outcome: 'refused' }
  | { outcome: 'locked out'; waitS: number }
  | { outcome: 'away'; reason: string }

/**
 * `starting`: it is being asked whether this browser is logged in; `away`: nobody answers that; `out`: it is not; `in`;
 * `over`: it was, and its views are still there.
 */
export type SessionState = 'starting' | 'away' | 'out' | 'in' | 'over'

export interface Session {
  state: ReadonlySignal<SessionState>
  /** Asks whether this browser is logged in. */
  start(): Promise<void>
  login(email: string, password: string, remember: boolean): Promise<LoginOutcome>
  /** False: the server was not reached, and the cookie may still be good. */
  logout(): Promise<boolean>
  /** With the newest token; renews it when it is refused, asks for a login when that fails, and then tries again, once. */
  fetch: (request: Request) => Promise<Response>
  /** Renews no more. */
  close(): void
}

export interface SessionOptions {
  /** of the API, e.g. `https://fleet.example` */
  origin: string
  fetch: (request: Request) => Promise<Response>
}

interface TokenReply {
  token: string
  expires_at: string
}

/** Of a token's lifetime, after which it is renewed. */
const RENEW_AT = 0.8
const RENEW_RETRY_MS = 15_000

/** Who is logged in. The token is kept here, in memory, and nowhere else; the cookie that renews it is the browser's. */
export function createSession({ origin, fetch: send }: SessionOptions): Session {
  const state = signal<SessionState>('starting')
  let token: string | undefined
  let renewing: Promise<'renewed' | 'refused' | 'away'> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const post = async (path: string, body?: unknown) =>
    send(
      new Request(`${origin}${path}`, {
        method: 'POST',
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      }),
    )

  async function keep(response: Response): Promise<void> {
    const reply = (await response.json()) as TokenReply
    token = reply.token
    planRenewal(Math.max(RENEW_RETRY_MS, lifetimeMs(response, reply.expires_at) * RENEW_AT))
    state.value = 'in'
  }

  function planRenewal(inMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void renewEarly(), inMs)
  }

  async function renewEarly(): Promise<void> {
    // Refused, the token is still good until its end: what is refused then asks for a login.
    if ((await renew()) === 'away') planRenewal(RENEW_RETRY_MS)
  }

  /** One at a time: all who wait get the same answer. */
  async function renew(): Promise<'renewed' | 'refused' | 'away'> {
    renewing ??= post('/api/session')
      .then(async (response) => {
        if (response.status === 401) return 'refused' as const
        if (!response.ok) return 'away' as const
        await keep(response)
        return 'renewed' as const
      })
      .catch(() => 'away' as const)
      .finally(() => (renewing = undefined))
    return renewing
  }

  /** Resolves when there is a login again; rejects when the one who asks does not wait any more. */
  async function untilIn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = state.subscribe((now) => {
        if (now === 'in') queueMicrotask(() => (stop(), resolve()))
      })
      signal.addEventListener('abort', () => (stop(), reject(signal.reason as Error)), { once: true })
    })
  }

  async function sendWithToken(request: Request): Promise<Response> {
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
    return send(request)
  }

  return {
    state,
    async start() {
      const answer = await renew()
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
      if (response.ok) {
        await keep(response)
        return { outcome: 'in' }
      }
      if (response.status === 429) return { outcome: 'locked out', waitS: retryAfterS(response) }
      // 400 is an address that cannot be one: nothing that a login could have.
      if (response.status === 401 || response.status === 400) return { outcome: 'refused' }
      return { outcome: 'away', reason: `The server responded with status ${response.status}.` }
    },
    async logout() {
      const request = new Request(`${origin}/api/session`, { method: 'DELETE' })
      const isDone = await send(request).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isDone) {
        token = undefined
        clearTimeout(timer)
        state.value = 'out'
      }
      return isDone
    },
    close: () => clearTimeout(timer),
    async fetch(request) {
      const again = request.clone()
      const used = token
      const response = used === undefined ? undefined : await sendWithToken(request)
      if (response !== undefined && response.status !== 401) return response
      // Somebody else may have renewed it meanwhile.
      if (token === used || token === undefined) {
        const answer = await renew()
        if (answer === 'away') {
          if (response) return response
          throw new Error('the server cannot be reached')
        }
        if (answer === 'refused') {
          token = undefined
          state.value = 'over'
          await untilIn(request.signal)
        }
      }
      return sendWithToken(again)
    },
  }
}
