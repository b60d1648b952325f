import type { MqttConnection } from './mqtt-connection.ts'
import type { LiveToken } from './open-feed.ts'

export interface TokenRenewal {
  /** Schedules a replacement of the connection before its token expires. */
  plan: (token: LiveToken) => void
  cancel: () => void
}

interface TokenRenewalOptions {
  getToken: () => Promise<LiveToken>
  open: (token: LiveToken) => Promise<MqttConnection>
  /** the connection in use */
  current: () => MqttConnection | undefined
  /** whether the connection may be replaced */
  mayReplace: () => boolean
  replace: (opened: MqttConnection) => void
}

/** The part of a token's lifetime after which it is replaced. */
const RENEW_AT = 0.8
const RENEW_RETRY_MS = 30_000

export function createTokenRenewal(options: TokenRenewalOptions): TokenRenewal {
  const { getToken, open, current, mayReplace, replace } = options
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = () => clearTimeout(timer)
  const plan = ({ lifetimeMs }: LiveToken) => planIn(lifetimeMs * RENEW_AT)

  function planIn(ms: number): void {
    cancel()
    timer = setTimeout(() => void renew(), ms)
  }

  /** Opens the new connection before the old one is closed, so that no frame is missed. Repeated frames do no harm. */
  async function renew(): Promise<void> {
    const old = current()
    try {
      const token = await getToken()
      const opened = await open(token)
      if (current() !== old || !mayReplace()) {
        opened.close()
        return
      }
      replace(opened)
      old?.close()
      plan(token)
    } catch {
      if (old !== undefined && current() === old) planIn(RENEW_RETRY_MS)
    }
  }

  return { plan, cancel }
}
