/** How long the token of a response is valid, ms. By the server's clock, as this machine's may be wrong. */
export function lifetimeMs(response: Response, expiresAt: string): number {
  const nowMs = Date.parse(response.headers.get('date') ?? '') || Date.now()
  return Math.max(0, Date.parse(expiresAt) - nowMs)
}
