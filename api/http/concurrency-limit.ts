import type { Response } from 'express'
import { createShares } from '../../kit/shares.ts'

export interface ConcurrencyLimit {
  /** Admits a request until its reply has been sent; false if the limit or the user's share of it is reached. */
  take(res: Response, user: string): boolean
}

/** Limits the requests that run at once, with a share for each user. This bounds the queue for database connections. */
export function createConcurrencyLimit(atOnceMax: number, part?: number): ConcurrencyLimit {
  const shares = createShares(atOnceMax, part)
  return {
    take(res, user) {
      const giveBack = shares.take(user)
      if (giveBack === undefined) return false
      if (res.closed) giveBack()
      else res.once('close', giveBack)
      return true
    },
  }
}
