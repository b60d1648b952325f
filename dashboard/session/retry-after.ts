const DEFAULT_S = 60

/** Seconds to wait, as `Retry-After` has them (RFC 9110, section 10.2.3; we send no dates). */
export function retryAfterS(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : DEFAULT_S
}
