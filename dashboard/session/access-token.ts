import { lifetimeMs } from './lifetime.ts'

/** `refused`: the browser is not logged in; `away`: the server cannot be reached or failed. */
export type Renewal = 'renewed' | 'refused' | 'away'

export interface AccessToken {
  /** `undefined` until a login or a renewal */
  value: () => string | undefined
  /** Takes the token of a reply to a login or a renewal, and renews it before it expires. */
  keep: (response: Response) => Promise<void>
  /** Renews the token by the browser's cookie. While a renewal is running, all callers get its result. */
  renew: () => Promise<Renewal>
  forget: () => void
  /** Ends renewals. */
  close: () => void
}

interface TokenReply {
  token: string
  expires_at: string
}

/** The part of a token's lifetime after which it is renewed. */
const RENEW_AT = 0.8
const RENEW_RETRY_MS = 15_000

/** Keeps the access token in memory and nowhere else. `requestRenewal` sends the request; `onKept` is called for each new token. */
export function createAccessToken(requestRenewal: () => Promise<Response>, onKept: () => void): AccessToken {
  let token: string | undefined
  let renewing: Promise<Renewal> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  async function keep(response: Response): Promise<void> {
    const reply = (await response.json()) as TokenReply
    token = reply.token
    planRenewal(Math.max(RENEW_RETRY_MS, lifetimeMs(response, reply.expires_at) * RENEW_AT))
    onKept()
  }

  function planRenewal(inMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void renewEarly(), inMs)
  }

  async function renewEarly(): Promise<void> {
    // If it is refused, the token is still valid until it expires. A request that is refused then asks for a login.
    if ((await renew()) === 'away') planRenewal(RENEW_RETRY_MS)
  }

  async function renew(): Promise<Renewal> {
    renewing ??= requestRenewal()
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

  return {
    value: () => token,
    keep,
    renew,
    forget: () => (token = undefined),
    close: () => clearTimeout(timer),
  }
}
