const DEFAULT_S = 60

/** Seconds to wait, from `Retry-After` (RFC 9110, section 10.2.3). The API sends no dates. */
export function retryAfterS(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return Number.isInteger(seconds) && seconds >= 0 ? seconds : DEFAULT_S
}
