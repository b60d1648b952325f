import type { Response } from 'express'
import { createShares } from '../../kit/shares.ts'

export interface Places {
  /** Takes a place until the reply has been sent; false if all places are taken, or the user has its share. */
  take(res: Response, user: string): boolean
}

/** How many requests run at once, shared by users. It bounds the queue for database connections. */
export function createPlaces(atOnceMax: number, part?: number): Places {
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
