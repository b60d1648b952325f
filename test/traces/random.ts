/** Random numbers of a fixed sequence. */
export interface Random {
  /** from 0 up to, but not including, 1 */
  uniform(): number
  between(from: number, to: number): number
  /** both ends included */
  integer(from: number, to: number): number
  pick<T>(of: readonly T[]): T
  /** normal deviate: mean 0, variance 1 */
  normal(): number
}

/** mulberry32, and Box and Muller's normal deviates. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (from: number, to: number) => from + Math.floor(uniform() * (to - from + 1))
  return {
    uniform,
    between: (from, to) => from + uniform() * (to - from),
    integer,
    pick<T>(of: readonly T[]): T {
      const index = integer(0, of.length - 1)
      if (of.length === 0) throw new RangeError('nothing to pick from')
      return of[index] as T
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}
