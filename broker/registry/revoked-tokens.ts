/** Tokens that were revoked, by their `jti`. */
export interface RevokedTokens {
  add(jti: string, expiresAtS: number): void
  has(jti: string): boolean
  readonly size: number
}

/** How often those that are over are looked for. */
const SWEEP_S = 60

/**
 * Revoked tokens in memory, each for as long as it could be used: until `keptS` seconds after its expiry. So there are
 * never more than are revoked in the lifetime of a token.
 * @param nowS seconds since 1970
 */
export function createRevokedTokens({ keptS, nowS }: { keptS: number; nowS: () => number }): RevokedTokens {
  const expiresAtS = new Map<string, number>()
  let sweptS = nowS()

  function sweep(): void {
    const now = nowS()
    if (now < sweptS + SWEEP_S) return
    sweptS = now
    for (const [jti, expiry] of expiresAtS) if (expiry + keptS <= now) expiresAtS.delete(jti)
  }

  return {
    add(jti, expiry) {
      sweep()
      expiresAtS.set(jti, expiry)
    },
    has: (jti) => expiresAtS.has(jti),
    get size() {
      return expiresAtS.size
    },
  }
}
