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
  /** @limit the time to become a WebSocket, and to the CONNECT | the connection is closed */
  connectTimeoutMs: 10_000,
  /** @limit silence with a keepalive of 0; otherwise 1.5 x keepalive | the connection is closed */
  silenceMaxMs: 3_600_000,
  /** @limit the time in which a client reads nothing of waiting data | the connection is closed */
  unreadMaxMs: 30_000,
  /**
   * @limit the age of a session of a device that is away; 2 x `CONNECTIONS_MAX` sessions are kept | the oldest is
   * forgotten, and session present is 0
   */
  sessionAwayMaxMs: 7 * 86_400_000,
  /** @limit data to one subscriber in a turn of the event loop | further messages are dropped for it */
  outputTurnBytesMax: 4 * 1024 * 1024,
  /** @limit MQTT connections of a user or a service token | further logins are refused */
  connectionsPerUserMax: 100,
}
