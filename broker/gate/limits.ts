/** Limits that no setting changes; tests shorten them. */
export interface GateLimits {
  /** From the first byte on, a connection has so long to become a WebSocket, and to send its CONNECT. */
  connectTimeoutMs: number
  /**
   * A client with a keepalive of 0 may be silent for so long; the standard leaves that to the server (MQTT 3.1.1, section
   * 3.1.2.10). TCP usually notices a vanished client after a minute, but not behind a proxy.
   */
  silenceMaxMs: number
  /** A connection whose other side reads nothing of what waits for it for this long is closed. A tunnel takes as long. */
  unreadMaxMs: number
  /** A session of a device that is away is forgotten after this long; its next CONNACK has session present 0. */
  sessionAwayMaxMs: number
  /** Bytes that one subscriber is given within one turn of the event loop. */
  outputTurnBytesMax: number
  /** Connections of one user: the pages that it has open. A device has one. */
  connectionsPerUserMax: number
}

export const GATE_LIMITS: GateLimits = {
  connectTimeoutMs: 10_000,
  silenceMaxMs: 3_600_000,
  unreadMaxMs: 30_000,
  sessionAwayMaxMs: 7 * 86_400_000,
  outputTurnBytesMax: 4 * 1024 * 1024,
  connectionsPerUserMax: 100,
}
