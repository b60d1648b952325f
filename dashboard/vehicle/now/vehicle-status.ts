/** What the broker keeps on `fleet/{vehicle}/status`. */
export interface VehicleStatus {
  isOnline: boolean
  /** milliseconds since 1970 */
  sinceMs: number | undefined
}

/** Undefined for anything else, and for the empty message that takes a retained one away. */
export function readStatus(payload: Uint8Array): VehicleStatus | undefined {
  let message: unknown
  try {
    message = JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return undefined
  }
  if (typeof message !== 'object' || message === null) return undefined
  const { online, since } = message as Record<string, unknown>
  if (typeof online !== 'boolean') return undefined
  const sinceMs = typeof since === 'string' ? Date.parse(since) : NaN
  return { isOnline: online, sinceMs: Number.isNaN(sinceMs) ? undefined : sinceMs }
}
