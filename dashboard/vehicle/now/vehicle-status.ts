/** The retained message on `fleet/{vehicle}/status`. */
export interface VehicleStatus {
  isOnline: boolean
  /** milliseconds since 1970 */
  sinceMs: number | undefined
}

/** The status in a message; `undefined` if it is malformed, or empty, which clears a retained message. */
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
