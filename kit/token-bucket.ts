/**
 * A rate with a burst: `perS` tokens are added each second, up to `burst`. Spent tokens are charged afterwards, so that the
 * bucket may go below zero; then its owner waits until the debt is paid.
 */
export class TokenBucket {
  readonly #perS: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  /** The bucket starts full. All times are milliseconds of the same clock, which never goes back. */
  constructor(perS: number, burst: number, nowMs: number) {
    this.#perS = perS
    this.#burst = burst
    this.#tokens = burst
    this.#atMs = nowMs
  }

  /** Takes tokens, even more than there are; a negative count gives them back. */
  charge(count: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#tokens = Math.min(this.#burst, this.#tokens - count)
  }

  /** Milliseconds until the debt is paid; 0 without a debt. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs)
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perS) * 1000)
  }

  #fill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * this.#perS)
    this.#atMs = nowMs
  }
}
