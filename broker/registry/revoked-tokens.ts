/** Tokens that were revoked, by their `jti`. */
export interface RevokedTokens {
  /** One that the table lists: there are never more of them than are revoked in the lifetime of a token. */
  add(jti: string, expiresAtS: number): void
  /**
   * One that was only announced, by anybody perhaps. False when there is no room: then the table must be read, and what
   * was announced before that be forgotten.
   */
  announce(jti: string, expiresAtS: number): boolean
  /** Forgets what was announced until now, once the function that it returns is called; nothing while there is room. */
  beginReading(): () => void
  has(jti: string): boolean
  readonly size: number
}

/** How often those that are over are looked for. */
const SWEEP_S = 60
/** About 150 bytes each; while the table is read there may be twice as many. */
const ANNOUNCED_MAX = 10_000

/**
 * Revoked tokens in memory, each for as long as it could be used: until `keptS` seconds after its expiry.
 * @param nowS seconds since 1970
 */
export function createRevokedTokens(options: {
  keptS: number
  nowS: () => number
  announcedMax?: number
}): RevokedTokens {
  const { keptS, nowS, announcedMax = ANNOUNCED_MAX } = options
  const listed = new Map<string, number>()
  let announced = new Map<string, number>()
  /** until the table, which is being read, is known */
  let announcedBefore = new Map<string, number>()
  let sweptS = nowS()

  function sweep(): void {
    const now = nowS()
    if (now < sweptS + SWEEP_S) return
    sweptS = now
    for (const tokens of [listed, announced, announcedBefore])
      for (const [jti, expiry] of tokens) if (expiry + keptS <= now) tokens.delete(jti)
  }

  return {
    add(jti, expiry) {
      sweep()
      listed.set(jti, expiry)
    },
    announce(jti, expiry) {
      sweep()
      if (announced.size >= announcedMax) return false
      announced.set(jti, expiry)
      return true
    },
    beginReading() {
      if (announced.size < announcedMax) return () => {}
      // What is left of a reading that failed is as old as what is read now.
      if (announcedBefore.size === 0) [announcedBefore, announced] = [announced, new Map()]
      return () => (announcedBefore = new Map())
    },
    has: (jti) => listed.has(jti) || announced.has(jti) || announcedBefore.has(jti),
    get size() {
      return listed.size + announced.size + announcedBefore.size
    },
  }
}
