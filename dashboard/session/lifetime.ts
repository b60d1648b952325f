/** How long what `response` gave is good, in milliseconds: by the server's own clock, as this machine's may be wrong. */
export function lifetimeMs(response: Response, expiresAt: string): number {
  const nowMs = Date.parse(response.headers.get('date') ?? '') || Date.now()
  return Math.max(0, Date.parse(expiresAt) - nowMs)
}
