import type { Response } from 'express'

export interface Places {
  /** Takes a place until the reply is over; false when there is none. */
  take(res: Response): boolean
}

/** How many requests run at once. It bounds the queue for database connections. */
export function createPlaces(atOnceMax: number): Places {
  let running = 0
  return {
    take(res) {
      if (running >= atOnceMax) return false
      running++
      res.once('close', () => running--)
      return true
    },
  }
}
