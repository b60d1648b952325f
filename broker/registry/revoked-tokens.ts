/** Tokens that were revoked, by their `jti`. */
export interface RevokedTokens {
  /** Adds a token that the table lists: there are never more than are revoked in the lifetime of a token. */
  add(jti: string, expiresAtS: number): void
  /**
   * Adds a token that was only announced, perhaps by anyone. False if there is no room: then the table must be read, and earlier
   * announcements must be forgotten.
   */
  announce(jti: string, expiresAtS: number): boolean
  /** When the returned function is called, the announcements until now are forgotten, unless there is room. */
  beginReading(): () => void
  has(jti: string): boolean
  readonly size: number
}

/** The interval at which expired tokens are removed. */
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
  /** announcements from before the table was read, until it is known */
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
      // Announcements left by a failed reading are as old as those that are read now.
      if (announcedBefore.size === 0) [announcedBefore, announced] = [announced, new Map()]
      return () => (announcedBefore = new Map())
    },
    has: (jti) => listed.has(jti) || announced.has(jti) || announcedBefore.has(jti),
    get size() {
      return listed.size + announced.size + announcedBefore.size
    },
  }
}
